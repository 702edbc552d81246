//! Operations as clients see them.

use cardmux_domain::id::{OperationId, TenantId};
use cardmux_domain::operation::Operation;

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::operations::OperationFilter;

pub async fn get(app: &App, tenant: &TenantId, id: OperationId) -> Result<Operation, AppError> {
    store::operations::get(&app.store, tenant, id)
        .await?
        .ok_or_else(|| AppError::NotFound {
            what: "operation",
            id: id.to_string(),
        })
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &OperationFilter,
    after: Option<OperationId>,
    limit: usize,
) -> Result<Listing<Operation, OperationId>, AppError> {
    let rows = store::operations::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |operation| operation.id))
}
