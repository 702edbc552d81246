//! Customers and their access to a card type: two steps, both slow (dossier, quirk 15).

use async_trait::async_trait;
use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, EnrolCustomer, EnrolmentSnapshot, Enrolments, OperationReport, ProviderError,
    UpdateEnrolment,
};
use cardmux_domain::secret::ExposeSecret;
use zeroize::Zeroizing;

use crate::BFinance;
use crate::cards::is_plain_refusal;
use crate::map::customer::{CARDS, EnrolmentKey, Grant};
use crate::map::{self, done};
use crate::settings::CustomerShape;
use crate::wire::customer::{
    Access, Address, CreateCustomer, Customer, Questionnaire, Questionnaires, RequestAccess,
    RequestedAccess,
};
use crate::wire::path::{self, Call};

#[async_trait]
impl Enrolments for BFinance {
    async fn enrol(
        &self,
        _: &CallContext,
        request: &EnrolCustomer,
    ) -> Result<OperationReport, ProviderError> {
        let EnrolCustomer {
            reference,
            card_type_ref,
            form,
            profile,
            share_token,
        } = request;
        let token = share_token.as_ref().map(ExposeSecret::expose_secret);
        let customer: Customer = self.create(form, profile, token).await?;
        let id = customer.id.as_deref();
        let id = id.ok_or_else(|| map::malformed("a customer without id"))?;
        let enrolment_ref = map::customer::enrolment_ref(id, card_type_ref);
        // The customer is made, whatever else cannot be read about them: the next reading tells.
        let enrolment = map::customer::snapshot(&customer, card_type_ref, &[])
            .inspect_err(|error| tracing::warn!(%error, "a new customer cannot be read"))
            .ok();
        let mut report = done(OperationKind::Enrol, reference, &enrolment_ref);
        if let Some(enrolment) = &enrolment {
            report
                .provider_status
                .clone_from(&enrolment.provider_status);
        }
        report.enrolment = enrolment;
        Ok(report)
    }

    /// There is no call for it (dossier 2.2): what is missing is handed in where the snapshot's
    /// `action_url` leads.
    async fn update(
        &self,
        _: &CallContext,
        _: &UpdateEnrolment,
    ) -> Result<OperationReport, ProviderError> {
        Err(map::refused(
            "bfinance takes no corrected data by its API; the customer hands it in at the address \
             of the verification",
        ))
    }

    async fn get(
        &self,
        _: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        let key = EnrolmentKey::of(enrolment_ref)?;
        let customer = self.customer(key.customer_id).await?;
        let outstanding = match map::customer::is_undecided(&customer) {
            true => self.outstanding(key.customer_id).await?,
            false => Vec::new(),
        };
        map::customer::snapshot(&customer, key.type_id, &outstanding)
    }

    /// Ask for access to the card type, unless that was done: a request may be billed (D).
    async fn advance(
        &self,
        ctx: &CallContext,
        enrolment_ref: &str,
    ) -> Result<EnrolmentSnapshot, ProviderError> {
        let key = EnrolmentKey::of(enrolment_ref)?;
        let mut customer = self.customer(key.customer_id).await?;
        let snapshot = map::customer::snapshot(&customer, key.type_id, &[])?;
        if !snapshot.step_due {
            return self.get(ctx, enrolment_ref).await;
        }
        let call = Call::post(&["customers", key.customer_id, "request"]);
        let request = RequestAccess {
            access_type: CARDS,
            card_type: key.type_id,
        };
        let asked: RequestedAccess = self.client.send(call, &request).await?;
        let word = asked.status;
        let word = word.ok_or_else(|| map::malformed("an access without status"))?;
        if map::customer::grant(&word)? == Grant::Missing {
            return Err(map::malformed("an access that is none"));
        }
        customer.features_access.push(Access {
            kind: Some(CARDS.to_owned()),
            card_type: Some(key.type_id.to_owned()),
            status: Some(word),
            rejection_reasons: Vec::new(),
        });
        map::customer::snapshot(&customer, key.type_id, &[])
    }
}

impl BFinance {
    /// In the newer shape one call takes data or token (S2), in the older one each has its own (S1).
    async fn create(
        &self,
        form: &str,
        profile: &Profile,
        share_token: Option<&str>,
    ) -> Result<Customer, ProviderError> {
        let old = self.rules.customer_shape == CustomerShape::Old;
        let person = Person::of(profile)?;
        let base = CreateCustomer {
            kind: form,
            level: self.rules.customer_level.filter(|_| !old),
            ..CreateCustomer::default()
        };
        let (call, request) = match share_token {
            Some(token) => {
                let request = CreateCustomer {
                    sumsub_share_token: Some(token),
                    ..base
                };
                let path: &[&str] = if old {
                    &["customers", "sumsub"]
                } else {
                    &["customers"]
                };
                (Call::post(path), request)
            }
            None => (Call::post(&["customers"]), person.told(profile, base, old)),
        };
        let call = Call {
            // The provider's words may repeat personal data.
            confidential: true,
            ..call
        };
        self.client.send(call, &request).await
    }

    pub(crate) async fn customer(&self, id: &str) -> Result<Customer, ProviderError> {
        let id = path::checked(id)?;
        self.client.read(Call::get(&["customers", id])).await
    }

    /// Names of questionnaires without an answer. Only the newer SDK knows the call (S2): where it
    /// is refused, nothing is known to be outstanding.
    async fn outstanding(&self, id: &str) -> Result<Vec<String>, ProviderError> {
        let call = Call::get(&["customers", path::checked(id)?, "questionnaires"]);
        let list: Questionnaires = match self.client.read(call).await {
            Ok(list) => list,
            Err(error) if is_plain_refusal(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let open = |questionnaire: &Questionnaire| questionnaire.completed != Some(true);
        let name = |questionnaire: Questionnaire| {
            let name = questionnaire.name;
            name.unwrap_or_else(|| "unnamed".to_owned())
        };
        Ok(list
            .questionnaires
            .into_iter()
            .filter(open)
            .map(name)
            .collect())
    }
}

/// What is put together from fields of a profile.
struct Person {
    phone: Option<Zeroizing<String>>,
    nationality: Option<&'static str>,
    country: Option<&'static str>,
}

impl Person {
    fn of(profile: &Profile) -> Result<Self, ProviderError> {
        let country = |field| {
            let code = profile.get(field);
            code.map(|code| {
                let none = || map::refused("a country of the customer is none of ISO 3166-1");
                map::country::alpha3(code).ok_or_else(none)
            })
            .transpose()
        };
        let number = profile.get(CustomerField::PhoneNumber);
        let code = profile
            .get(CustomerField::PhoneDialCode)
            .unwrap_or_default();
        Ok(Self {
            phone: number.map(|number| Zeroizing::new(format!("{code}{number}"))),
            nationality: country(CustomerField::Nationality)?,
            country: country(CustomerField::AddressCountry)?,
        })
    }

    fn told<'a>(
        &'a self,
        profile: &'a Profile,
        base: CreateCustomer<'a>,
        old: bool,
    ) -> CreateCustomer<'a> {
        let postal = profile.get(CustomerField::AddressPostalCode);
        let line1 = profile.get(CustomerField::AddressLine1);
        let city = profile.get(CustomerField::AddressCity);
        let given = [line1, city, postal, self.country];
        let address = Address {
            line1,
            city,
            country_code: self.country.filter(|_| !old),
            country: self.country.filter(|_| old),
            postal_code: postal.filter(|_| !old),
            zip_code: postal.filter(|_| old),
        };
        CreateCustomer {
            first_name: profile.get(CustomerField::FirstName),
            last_name: profile.get(CustomerField::LastName),
            birth_date: profile.get(CustomerField::BirthDate),
            nationality: self.nationality,
            email: profile.get(CustomerField::Email),
            phone: self.phone.as_ref().map(|phone| phone.as_str()),
            address: given.iter().any(Option::is_some).then_some(address),
            ..base
        }
    }
}
