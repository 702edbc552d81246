//! The audit trail, for the operator.

use cardmux_domain::id::{AuditId, TenantId};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::audit::AuditRecord;

pub async fn list(
    app: &App,
    tenant: &TenantId,
    subject: Option<&str>,
    after: Option<AuditId>,
    limit: usize,
) -> Result<Listing<AuditRecord, AuditId>, AppError> {
    let rows = store::audit::list(&app.store, tenant, subject, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |record| record.id))
}
