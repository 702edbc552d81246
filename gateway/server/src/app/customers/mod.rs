//! Customers: made, read, changed, erased. Documents about them go to a provider.

mod create;
mod documents;
mod erase;
mod rotate;
mod update;

use cardmux_domain::customer::{Customer, CustomerField, Profile};
use cardmux_domain::id::{CustomerId, DocumentId, TenantId};

pub use create::{CustomerRequest, create};
pub use documents::{UploadRequest, UploadTarget, upload};
pub use erase::erase;
pub use rotate::rotate;
pub use update::{CustomerPatch, update};

use super::{App, AppError, FieldProblem, Listing, rows_for};
use crate::profile;
use crate::store;
use crate::store::customers::StoredCustomer;

/// A customer of the tenant; one whose data was erased does not exist any more.
pub async fn get(app: &App, tenant: &TenantId, id: CustomerId) -> Result<Customer, AppError> {
    let stored = store::customers::get(&app.store, tenant, id).await?;
    let stored = stored.filter(|customer| customer.erased_at.is_none());
    let stored = stored.ok_or_else(|| AppError::NotFound {
        what: "customer",
        id: id.to_string(),
    })?;
    opened(app, stored)
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    external_id: Option<&str>,
    after: Option<CustomerId>,
    limit: usize,
) -> Result<Listing<Customer, CustomerId>, AppError> {
    let rows = rows_for(limit);
    let rows = store::customers::list(&app.store, tenant, external_id, after, rows).await?;
    let customers = rows.into_iter().map(|row| opened(app, row));
    let customers = customers.collect::<Result<Vec<_>, _>>()?;
    Ok(Listing::from_surplus(customers, limit, |c| c.id))
}

fn opened(app: &App, stored: StoredCustomer) -> Result<Customer, AppError> {
    let profile = profile::open(&app.vault, &stored)?;
    let StoredCustomer {
        id,
        tenant,
        kind,
        external_id,
        metadata,
        profile: _,
        erased_at,
        version,
        created_at,
        updated_at,
    } = stored;
    Ok(Customer {
        id,
        tenant,
        kind,
        external_id,
        metadata,
        profile,
        erased_at,
        version,
        created_at,
        updated_at,
    })
}

fn sealed(app: &App, customer: &Customer) -> Result<StoredCustomer, AppError> {
    let Customer {
        id,
        tenant,
        kind,
        external_id,
        metadata,
        profile,
        erased_at,
        version,
        created_at,
        updated_at,
    } = customer;
    let sealed = match erased_at {
        Some(_) => None,
        None => Some(profile::seal(&app.vault, tenant, *id, profile)?),
    };
    Ok(StoredCustomer {
        id: *id,
        tenant: tenant.clone(),
        kind: *kind,
        external_id: external_id.clone(),
        metadata: metadata.clone(),
        profile: sealed,
        erased_at: *erased_at,
        version: *version,
        created_at: *created_at,
        updated_at: *updated_at,
    })
}

/// As long as the longest field any provider takes; what a provider wants precisely is checked when
/// the customer is enrolled there.
const VALUE_MAX: usize = 500;

/// What is wrong with personal data whoever it is for.
fn profile_problems(profile: &Profile) -> Vec<FieldProblem> {
    profile
        .iter()
        .filter_map(|(field, value)| {
            let problem = |code, detail| Some(FieldProblem::body(field.pointer(), code, detail));
            if value.is_empty() {
                problem("empty", "leave it out instead".to_owned())
            } else if value.chars().count() > VALUE_MAX {
                problem("too_long", format!("at most {VALUE_MAX} characters"))
            } else if value.chars().any(char::is_control) {
                problem("bad_character", "no control characters".to_owned())
            } else {
                None
            }
        })
        .collect()
}

/// The documents a profile names have to be the customer's own.
async fn document_problems(
    app: &App,
    tenant: &TenantId,
    id: CustomerId,
    profile: &Profile,
) -> Result<Vec<FieldProblem>, AppError> {
    let named: Vec<(CustomerField, Option<DocumentId>)> = profile
        .iter()
        .filter(|(field, _)| field.is_document())
        .map(|(field, text)| (field, text.parse().ok()))
        .collect();
    let ids: Vec<DocumentId> = named.iter().filter_map(|(_, id)| *id).collect();
    let known = match ids.as_slice() {
        [] => Vec::new(),
        ids => store::documents::of_customer(&app.store, tenant, id, ids).await?,
    };
    let unknown = named
        .into_iter()
        .filter(|(_, id)| !known.iter().any(|document| Some(document.id) == *id));
    let problem = |field: CustomerField| {
        let detail = "is no document of this customer; POST /v1/customers/{id}/documents makes one";
        FieldProblem::body(field.pointer(), "unknown", detail)
    };
    Ok(unknown.map(|(field, _)| problem(field)).collect())
}
