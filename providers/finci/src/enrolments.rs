//! Customers at FINCI (dossier section 6): a person and their account, or a company, its account and
//! an employee. None of it can be read again.

use async_trait::async_trait;
use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::money::Currency;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CallContext, EnrolCustomer, EnrolmentSnapshot, Enrolments, OperationReport, Outcome,
    ProviderError, UpdateEnrolment,
};
use serde::de::IgnoredAny;

use crate::Finci;
use crate::client::Created;
use crate::error::{Meaning, Refusal};
use crate::map::customer::{Told, address, company_reference, field};
use crate::map::enrolment::{Account, EnrolmentKey, Party, snapshot};
use crate::map::{self, done};
use crate::settings::{OwnerKind, Product};
use crate::wire::card::OwnerFilter;
use crate::wire::customer::{CreateAccount, CreateClient, CreateCorporate, CreateEmployee};
use crate::wire::{Endpoint, is_id};

#[async_trait]
impl Enrolments for Finci {
    /// A person's account is a step of its own, so that their id is not lost with its answer. Of a
    /// company, personal data is needed to the last, and is only here: all of it is made at once.
    async fn enrol(
        &self,
        _: &CallContext,
        request: &EnrolCustomer,
    ) -> Result<OperationReport, ProviderError> {
        let EnrolCustomer {
            reference,
            card_type_ref,
            form: _,
            profile,
            share_token,
        } = request;
        if share_token.is_some() {
            return Err(map::refused("FINCI takes no token of an identity service"));
        }
        let product = self.product(card_type_ref)?;
        let enrolment_ref = match product.owner {
            OwnerKind::Person => {
                let person_id = self.create_person(reference, profile).await?;
                let party = Party::Person {
                    person_id: &person_id,
                };
                let account = self.account_after(product.currency);
                EnrolmentKey { party, account }.text()
            }
            OwnerKind::Corporate => self.enrol_employee(reference, profile, product).await?,
        };
        let account = EnrolmentKey::of(&enrolment_ref)?.account;
        let mut report = done(OperationKind::Enrol, reference, &enrolment_ref);
        report.enrolment = Some(snapshot(&enrolment_ref, account));
        Ok(report)
    }

    /// No call is known for it.
    async fn update(
        &self,
        _: &CallContext,
        _: &UpdateEnrolment,
    ) -> Result<OperationReport, ProviderError> {
        Err(map::refused("FINCI takes no corrected data by its API"))
    }

    /// That FINCI lists an owner's cards is all it tells about the owner; a card proves the account,
    /// without which there is none (D).
    async fn get(
        &self,
        _: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        let key = EnrolmentKey::of(enrolment_ref)?;
        let cards: Vec<IgnoredAny> = self.cards_of(key.owner()).await?;
        let account = match cards.is_empty() {
            true => key.account,
            false => Account::There,
        };
        Ok(snapshot(enrolment_ref, account))
    }

    /// Make the account. Whether that was done before, only its refusal tells.
    async fn advance(
        &self,
        _: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        let key = EnrolmentKey::of(enrolment_ref)?;
        if let Account::Due(currency) = key.account {
            self.ensure_account(key.owner(), currency).await?;
        }
        Ok(snapshot(enrolment_ref, Account::There))
    }
}

impl Finci {
    fn account_after(&self, currency: Currency) -> Account {
        match self.rules.creates_accounts {
            true => Account::Due(currency),
            false => Account::There,
        }
    }

    async fn create_person(
        &self,
        reference: &Reference,
        profile: &Profile,
    ) -> Result<String, ProviderError> {
        let told = Told::of(profile)?;
        let request = CreateClient {
            external_id: reference.as_str(),
            person: told.person()?,
            address: address(profile)?,
        };
        let created = self.client.create(Endpoint::CreateClient, &request).await?;
        let person_id = created.ids.person_id().cloned();
        identified(person_id, created.before)
    }

    /// The enrolment's ref.
    async fn enrol_employee(
        &self,
        reference: &Reference,
        profile: &Profile,
        product: &Product,
    ) -> Result<String, ProviderError> {
        let told = Told::of(profile)?;
        let person = told.person()?;
        let number = field(profile, CustomerField::CompanyRegistrationNumber)?;
        let company = match self.rules.companies.corporate_id(number) {
            Some(corporate_id) => Company {
                corporate_id: corporate_id.to_owned(),
                account: Account::There,
                is_new: false,
            },
            None => self.found(profile, &told, number, product.currency).await?,
        };
        let request = CreateEmployee {
            external_id: reference.as_str(),
            corporate_id: &company.corporate_id,
            person,
        };
        let made = self.client.create(Endpoint::CreateEmployee, &request).await;
        let employee_id =
            made.and_then(|Created { ids, before }| identified(ids.employee_id, before));
        let employee_id = employee_id.map_err(|error| company.outlives(error))?;
        let party = Party::Corporate {
            corporate_id: &company.corporate_id,
            employee_id: &employee_id,
        };
        let account = company.account;
        Ok(EnrolmentKey { party, account }.text())
    }

    /// A company and its account. One that exists is only of use where its id is told: there is no
    /// call to look it up.
    async fn found(
        &self,
        profile: &Profile,
        told: &Told<'_>,
        number: &str,
        currency: Currency,
    ) -> Result<Company, ProviderError> {
        let address = address(profile)?;
        let request = CreateCorporate {
            external_id: &company_reference(address.country, number),
            name: field(profile, CustomerField::CompanyName)?,
            registration_number: number,
            country: address.country,
            email: field(profile, CustomerField::Email)?,
            phone: told.phone(),
            address,
        };
        let Created { ids, before } = self
            .client
            .create(Endpoint::CreateCorporate, &request)
            .await?;
        let is_new = before.is_none();
        let corporate_id = match (ids.corporate_id.filter(|id| is_id(id)), before) {
            (Some(id), _) => id,
            (None, Some(_)) => return Err(company_exists()),
            (None, None) => return Err(map::malformed("a company without id")),
        };
        let owner = OwnerFilter {
            person_id: None,
            corporate_id: Some(&corporate_id),
        };
        let mut account = self.account_after(currency);
        // What is not made now is a step that is due: the employee can only be made now.
        if account != Account::There && self.ensure_account(owner, currency).await.is_ok() {
            account = Account::There;
        }
        Ok(Company {
            corporate_id,
            account,
            is_new,
        })
    }

    async fn ensure_account(
        &self,
        owner: OwnerFilter<'_>,
        currency: Currency,
    ) -> Result<(), ProviderError> {
        let OwnerFilter {
            person_id,
            corporate_id,
        } = owner;
        let request = CreateAccount {
            person_id,
            corporate_id,
            currency: currency.as_str(),
        };
        let created = self
            .client
            .create(Endpoint::CreateAccount, &request)
            .await?;
        match created.before {
            None => Ok(()),
            Some(refusal) if refusal.meaning == Meaning::AccountExists => Ok(()),
            Some(refusal) => Err(refusal.error),
        }
    }
}

struct Company {
    corporate_id: String,
    account: Account,
    is_new: bool,
}

impl Company {
    /// An employee was not made, but the company was: a refusal of the rest is not one of the whole.
    fn outlives(&self, mut error: ProviderError) -> ProviderError {
        if self.is_new {
            error.outcome = Outcome::Unknown;
            error.message = format!(
                "the company was made (corporate_id {}), its employee was not: {}",
                self.corporate_id, error.message
            );
        }
        error
    }
}

/// Nothing of the enrolment was made, and nothing will be until it is known which company it is.
fn company_exists() -> ProviderError {
    map::rejected(
        "the company exists at FINCI already, which does not tell its id: name it in `companies`",
    )
}

/// The id of what was made, or of what our own external id was given to before.
fn identified(id: Option<String>, before: Option<Refusal>) -> Result<String, ProviderError> {
    match (id.filter(|id| is_id(id)), before) {
        (Some(id), _) => Ok(id),
        (None, Some(refusal)) => Err(refusal.error),
        (None, None) => Err(map::malformed("a creation without id")),
    }
}
