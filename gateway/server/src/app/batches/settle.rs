//! What came of items and batches.

use cardmux_domain::batch::{Batch, BatchItem, BatchItemStatus, BatchStatus, ItemError};
use cardmux_domain::event::{BatchFacts, Event, EventData, EventKind};
use cardmux_domain::id::fresh;
use cardmux_domain::operation::{Operation, OperationStatus};
use futures::future::join_all;

use super::issue::{again, write};
use crate::app::{App, AppError};
use crate::clock;
use crate::operations::frees_key;
use crate::store::{self, Change, Unit, WriteError};

/// Write the results of at most `limit` items whose operation is final; says how many there were.
pub async fn decide(app: &App, limit: u64) -> Result<usize, AppError> {
    let items = store::batches::to_decide(&app.store, limit).await?;
    let count = items.len();
    // Each by itself: one that another node wrote first holds up no other.
    let written = join_all(items.into_iter().map(|item| decide_one(app, item))).await;
    written.into_iter().collect::<Result<(), AppError>>()?;
    Ok(count)
}

async fn decide_one(app: &App, item: BatchItem) -> Result<(), AppError> {
    let Some(id) = item.operation_id else {
        return Ok(());
    };
    let operation = store::operations::get(&app.store, &item.tenant, id).await?;
    let Some(operation) = operation else {
        return Ok(());
    };
    match decided(item, &operation) {
        Some(item) => write(app, item).await,
        None => Ok(()),
    }
}

fn decided(item: BatchItem, operation: &Operation) -> Option<BatchItem> {
    let now = clock::now();
    match operation.status {
        OperationStatus::Succeeded => Some(item.decided(BatchItemStatus::Succeeded, None, now)),
        OperationStatus::Failed => {
            let error = failure(operation);
            // The same rule by which a client may send its request again under its key.
            if frees_key(operation) {
                return Some(again(item, error, now));
            }
            Some(item.decided(BatchItemStatus::Failed, Some(error), now))
        }
        OperationStatus::Pending | OperationStatus::Unknown | OperationStatus::Processing => None,
    }
}

fn failure(operation: &Operation) -> ItemError {
    let failure = operation.failure.as_ref();
    let (code, detail) = match failure {
        Some(failure) => (failure.code.clone(), failure.message.clone()),
        None => ("internal".to_owned(), "no reason is recorded".to_owned()),
    };
    ItemError {
        code,
        detail: format!("{} failed: {detail}", operation.kind),
        pointer: None,
    }
}

/// End at most `limit` batches of which no item is open. An item that is decided is never opened
/// again, so what is found here stays true.
pub async fn end(app: &App, limit: u64) -> Result<(), AppError> {
    let batches = store::batches::to_end(&app.store, limit).await?;
    let counted = store::batches::counts(&app.store, batches.iter().map(|b| b.id)).await?;
    for batch in batches {
        let counts = counted.get(&batch.id).copied().unwrap_or_default();
        let ended = batch.ended(counts, clock::now());
        let unit = Unit::new()
            .with(Change::InsertEvent(event(&ended)))
            .with(Change::UpdateBatch(ended));
        match app.store.commit(unit).await {
            // Another node ended it, or it was cancelled at this moment: looked at again then.
            Ok(()) | Err(WriteError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn event(batch: &Batch) -> Event {
    let kind = match batch.status {
        BatchStatus::Cancelled => EventKind::BatchCancelled,
        BatchStatus::Completed | BatchStatus::Processing => EventKind::BatchCompleted,
    };
    Event {
        id: fresh(),
        tenant: batch.tenant.clone(),
        kind,
        subject: batch.id.to_string(),
        card_id: None,
        operation_id: None,
        sequence: batch.version,
        data: EventData {
            batch: Some(BatchFacts {
                id: batch.id.to_string(),
                status: batch.status,
                counts: batch.counts.unwrap_or_default(),
            }),
            ..EventData::default()
        },
        created_at: batch.updated_at,
    }
}
