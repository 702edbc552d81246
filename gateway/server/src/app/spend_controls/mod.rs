//! Spend controls: made, read, changed, published, deleted, tried on the past.

mod backtest;
mod create;
mod delete;
mod enforcement;
mod update;

use cardmux_domain::id::{ApiKeyId, SpendControlId, TenantId, fresh};
use cardmux_domain::spend_control::SpendControl;

pub use backtest::{Backtest, BacktestRequest, RuleChange, Tested, backtest};
pub use create::{SpendControlRequest, create};
pub use delete::delete;
pub use enforcement::Enforcement;
pub use update::{SpendControlPatch, update};

use super::{App, AppError, Listing, Tenant, rows_for};
use crate::clock;
use crate::store::audit::AuditRecord;
use crate::store::spend_controls::SpendControlFilter;
use crate::store::{self, Change};

/// A control, and who sees to it where.
#[derive(Debug, Clone)]
pub struct EnforcedControl {
    pub control: SpendControl,
    pub enforcement: Vec<Enforcement>,
}

pub async fn get(
    app: &App,
    tenant: &Tenant,
    id: SpendControlId,
) -> Result<EnforcedControl, AppError> {
    let control = stored(app, tenant, id).await?;
    enforced(app, tenant, control).await
}

pub async fn list(
    app: &App,
    tenant: &Tenant,
    filter: &SpendControlFilter,
    after: Option<SpendControlId>,
    limit: usize,
) -> Result<Listing<EnforcedControl, SpendControlId>, AppError> {
    let rows = rows_for(limit);
    let rows = store::spend_controls::list(&app.store, &tenant.id, filter, after, rows).await?;
    let Listing { items, next } = Listing::from_surplus(rows, limit, |control| control.id);
    let mut controls = Vec::new();
    for control in items {
        controls.push(enforced(app, tenant, control).await?);
    }
    Ok(Listing {
        items: controls,
        next,
    })
}

async fn stored(app: &App, tenant: &Tenant, id: SpendControlId) -> Result<SpendControl, AppError> {
    let found = store::spend_controls::get(&app.store, &tenant.id, id).await?;
    found.ok_or_else(|| not_found(id))
}

fn not_found(id: SpendControlId) -> AppError {
    AppError::NotFound {
        what: "spend control",
        id: id.to_string(),
    }
}

async fn enforced(
    app: &App,
    tenant: &Tenant,
    control: SpendControl,
) -> Result<EnforcedControl, AppError> {
    let covered = enforcement::covered(app, &tenant.id, control.scope).await?;
    let enforcement = covered.map(|covered| enforcement::of(app, tenant, &covered));
    Ok(EnforcedControl {
        control,
        // What it was on is gone: there is nothing left to enforce.
        enforcement: enforcement.unwrap_or_default(),
    })
}

/// Who changed a control, in the transaction of the change.
fn audited(
    action: &str,
    tenant: &TenantId,
    id: SpendControlId,
    (actor, request_id): (ApiKeyId, &str),
) -> Change {
    Change::InsertAudit(AuditRecord {
        id: fresh(),
        tenant: tenant.clone(),
        action: action.to_owned(),
        subject: id.to_string(),
        actor: actor.to_string(),
        request_id: request_id.to_owned(),
        created_at: clock::now(),
    })
}
