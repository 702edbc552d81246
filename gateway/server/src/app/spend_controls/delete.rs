use cardmux_domain::id::{ApiKeyId, SpendControlId, TenantId};

use super::{audited, not_found};
use crate::app::{App, AppError};
use crate::store::{self, Change, Conflict, Unit, WriteError};

/// How often it is tried again after somebody else's change.
const MAX_RACES: usize = 5;

/// Delete a control. What it said stays with the authorizations it had a say in.
pub async fn delete(
    app: &App,
    tenant: &TenantId,
    id: SpendControlId,
    expected: Option<i64>,
    by: (ApiKeyId, &str),
) -> Result<(), AppError> {
    for _ in 0..MAX_RACES {
        let control = store::spend_controls::get(&app.store, tenant, id).await?;
        let version = control.ok_or_else(|| not_found(id))?.version;
        if expected.is_some_and(|expected| expected != version) {
            return Err(AppError::PreconditionFailed);
        }
        let unit = Unit::new()
            .with(Change::DeleteSpendControl {
                tenant: tenant.clone(),
                id,
                version,
            })
            .with(audited("spend_control.deleted", tenant, id, by));
        match app.store.commit(unit).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Conflict(Conflict::SpendControl(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(AppError::Busy {
        what: "spend control",
        pending: None,
    })
}
