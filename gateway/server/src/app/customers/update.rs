use std::collections::BTreeMap;

use cardmux_domain::customer::{Customer, CustomerField};
use cardmux_domain::id::{CustomerId, TenantId};

use super::{document_problems, get, profile_problems, sealed};
use crate::app::cards::rules;
use crate::app::{App, AppError};
use crate::clock;
use crate::store::{Change, Conflict, Unit, WriteError};

/// What is to be changed; a field left out stays, `None` removes it.
#[derive(Clone, Default)]
pub struct CustomerPatch {
    pub external_id: Option<Option<String>>,
    /// Merged: a `None` value removes the entry.
    pub metadata: BTreeMap<String, Option<String>>,
    pub profile: Vec<(CustomerField, Option<String>)>,
}

/// How often an unconditional update is tried again after somebody else's.
const MAX_RACES: usize = 5;

/// Change a customer here. What a provider was told stays as it is: see the enrolment's update.
pub async fn update(
    app: &App,
    tenant: &TenantId,
    id: CustomerId,
    patch: CustomerPatch,
    expected: Option<i64>,
) -> Result<Customer, AppError> {
    for _ in 0..MAX_RACES {
        let customer = get(app, tenant, id).await?;
        if expected.is_some_and(|version| version != customer.version) {
            return Err(AppError::PreconditionFailed);
        }
        let next = patched(customer, &patch);
        let mut problems = profile_problems(&next.profile);
        problems.extend(rules::texts(
            None,
            next.external_id.as_deref(),
            &next.metadata,
        ));
        problems.extend(document_problems(app, tenant, id, &next.profile).await?);
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        let unit = Unit::new().with(Change::UpdateCustomer(sealed(app, &next)?));
        match app.store.commit(unit).await {
            Ok(()) => return Ok(next),
            Err(WriteError::Conflict(Conflict::Customer(_))) if expected.is_none() => {}
            Err(WriteError::Conflict(Conflict::Customer(_))) => {
                return Err(AppError::PreconditionFailed);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(AppError::Busy {
        what: "customer",
        pending: None,
    })
}

fn patched(mut customer: Customer, patch: &CustomerPatch) -> Customer {
    if let Some(external_id) = &patch.external_id {
        customer.external_id.clone_from(external_id);
    }
    for (key, value) in &patch.metadata {
        match value {
            Some(value) => drop(customer.metadata.insert(key.clone(), value.clone())),
            None => drop(customer.metadata.remove(key)),
        }
    }
    for (field, value) in &patch.profile {
        customer.profile.set(*field, value.clone());
    }
    customer.version += 1;
    customer.updated_at = clock::now();
    customer
}
