//! Enrolments: a customer handed in at a provider, and the way back.

mod enrol;
mod form;

use cardmux_domain::enrolment::Enrolment;
use cardmux_domain::id::{EnrolmentId, TenantId};

pub(super) use enrol::enrol_for;
pub use enrol::{EnrolmentRequest, enrol, update};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::enrolments::EnrolmentFilter;

pub async fn get(app: &App, tenant: &TenantId, id: EnrolmentId) -> Result<Enrolment, AppError> {
    let found = store::enrolments::get(&app.store, tenant, id).await?;
    found.ok_or_else(|| AppError::NotFound {
        what: "enrolment",
        id: id.to_string(),
    })
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &EnrolmentFilter,
    after: Option<EnrolmentId>,
    limit: usize,
) -> Result<Listing<Enrolment, EnrolmentId>, AppError> {
    let rows = store::enrolments::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |enrolment| enrolment.id))
}
