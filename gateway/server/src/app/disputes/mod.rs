//! Disputes: opened, read, taken back.

mod cancel;
mod open;

use cardmux_domain::dispute::Dispute;
use cardmux_domain::id::{DisputeId, TenantId};

pub use cancel::cancel;
pub use open::{DisputeRequest, open};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::disputes::DisputeFilter;

pub async fn get(app: &App, tenant: &TenantId, id: DisputeId) -> Result<Dispute, AppError> {
    let found = store::disputes::get(&app.store, tenant, id).await?;
    found.ok_or_else(|| AppError::NotFound {
        what: "dispute",
        id: id.to_string(),
    })
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &DisputeFilter,
    after: Option<DisputeId>,
    limit: usize,
) -> Result<Listing<Dispute, DisputeId>, AppError> {
    let rows = store::disputes::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |dispute| dispute.id))
}
