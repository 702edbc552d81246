use cardmux_domain::batch::{Batch, BatchCounts, BatchStatus};
use cardmux_domain::id::{BatchId, TenantId};

use super::get;
use super::read::found;
use crate::app::{App, AppError};
use crate::clock;
use crate::store::{Change, Conflict, Unit, WriteError};

/// A batch changes twice in its life: when it is cancelled and when it ends.
const MAX_RACES: usize = 3;

/// Send nothing more of it; what is with a provider goes on. The same again changes nothing, and so
/// does the cancellation of a batch that has ended.
pub async fn cancel(
    app: &App,
    tenant: &TenantId,
    id: BatchId,
) -> Result<(Batch, BatchCounts), AppError> {
    for _ in 0..MAX_RACES {
        let batch = found(app, tenant, id).await?;
        if batch.status != BatchStatus::Processing || batch.cancel_asked_at.is_some() {
            return get(app, tenant, id).await;
        }
        let now = clock::now();
        let unit = Unit::new()
            .with(Change::UpdateBatch(batch.cancelling(now)))
            .with(Change::CancelQueued { batch: id, at: now });
        match app.store.commit(unit).await {
            Ok(()) => return get(app, tenant, id).await,
            Err(WriteError::Conflict(Conflict::Batch(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(AppError::Busy {
        what: "batch",
        pending: None,
    })
}
