//! A customer against the form of a card type.

use std::sync::Arc;

use cardmux_domain::card_type::{CardType, EnrolmentForm};
use cardmux_domain::customer::form::{self, ReferenceList};
use cardmux_domain::customer::{Customer, CustomerField};
use cardmux_domain::reference::{City, Occupation};

use crate::app::{App, AppError, FieldProblem, Tenant, reference};
use crate::clock;

/// Everything that is wrong with the customer for this card type, by JSON pointer, before any call.
pub(super) async fn check(
    app: &App,
    tenant: &Tenant,
    customer: &Customer,
    card_type: &CardType,
) -> Result<(), AppError> {
    let Some(form) = &card_type.spec.enrolment else {
        return Ok(());
    };
    let lists = Lists::read(app, tenant, customer, card_type, form).await;
    let today = clock::today();
    let faults = form::check(&customer.profile, &form.fields, today, &|list, code| {
        lists.has(list, code)
    });
    if faults.is_empty() {
        return Ok(());
    }
    let problems = faults.into_iter().map(|fault| {
        let pointer = format!("/customer{}", fault.field.pointer());
        FieldProblem::body(pointer, fault.code, fault.detail)
    });
    Err(AppError::Invalid(problems.collect()))
}

/// The country of residence, where the form takes it: of any other one there are no cities to choose
/// from, and none is asked for.
fn right_country<'a>(customer: &'a Customer, form: &EnrolmentForm) -> Option<&'a str> {
    let field = CustomerField::AddressCountry;
    let rule = form.fields.iter().filter(|rule| rule.field == field);
    let rule: Vec<_> = rule.cloned().collect();
    let faults = form::check(&customer.profile, &rule, clock::today(), &|_, _| None);
    customer.profile.get(field).filter(|_| faults.is_empty())
}

/// The reference lists a form needs, as far as they could be had: what is missing, the provider
/// checks itself.
#[derive(Default)]
struct Lists {
    cities: Option<Arc<Vec<City>>>,
    occupations: Option<Arc<Vec<Occupation>>>,
}

impl Lists {
    async fn read(
        app: &App,
        tenant: &Tenant,
        customer: &Customer,
        card_type: &CardType,
        form: &EnrolmentForm,
    ) -> Self {
        let wants = |list| {
            form.fields
                .iter()
                .any(|field| field.reference == Some(list))
        };
        let instance = Some(card_type.instance.clone());
        let mut lists = Self::default();
        if let Some(country) = right_country(customer, form)
            && wants(ReferenceList::Cities)
        {
            let country = Some(country.to_owned());
            lists.cities = reference::cities(app, tenant, instance.clone(), country)
                .await
                .ok();
        }
        if wants(ReferenceList::Occupations) {
            lists.occupations = reference::occupations(app, tenant, instance).await.ok();
        }
        lists
    }

    fn has(&self, list: ReferenceList, code: &str) -> Option<bool> {
        match list {
            ReferenceList::Cities => {
                let cities = self.cities.as_ref()?;
                Some(cities.iter().any(|city| city.has_leaf(code)))
            }
            ReferenceList::Occupations => {
                let occupations = self.occupations.as_ref()?;
                Some(occupations.iter().any(|o| o.code == code))
            }
            ReferenceList::Regions | ReferenceList::DialCodes => None,
        }
    }
}
