//! One item's turn.

use std::time::Duration;

use cardmux_domain::batch::{BatchItem, BatchItemStatus, ItemError};
use cardmux_domain::time::Timestamp;

use super::form;
use super::read::found;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, cards};
use crate::clock;
use crate::store::{Change, StoreError, Unit, WriteError};

/// Tries of an item of which nothing was done, in all.
const MAX_ATTEMPTS: i64 = 5;
/// Before the second try; four times as long before each further one, nearly three minutes in all:
/// a provider that restarts or asks to slow down costs no item.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Where the gateway itself has too much to do; this is not counted as a try.
const BUSY_PAUSE: Duration = Duration::from_secs(1);

/// Issue the card of an item this worker holds the lease of. Once it is with the provider,
/// [`super::decide`] writes what came of it.
pub async fn issue(app: &App, item: BatchItem) -> Result<(), AppError> {
    let batch = found(app, &item.tenant, item.batch_id).await?;
    if batch.cancel_asked_at.is_some() {
        let cancelled = item.decided(BatchItemStatus::Cancelled, None, clock::now());
        return write(app, cancelled).await;
    }
    let now = clock::now();
    match attempt(app, &item).await {
        Ok(()) => Ok(()),
        Err(error) => match next(&error) {
            Next::WaitForRoom => {
                let later = item.put_off(now.plus(BUSY_PAUSE), item.error.clone(), now);
                write(app, later).await
            }
            Next::TryAgain => {
                let tried = BatchItem {
                    attempts: item.attempts + 1,
                    ..item
                };
                write(app, again(tried, (app.describe)(error), now)).await
            }
            Next::Fail => {
                let error = (app.describe)(error);
                let failed = item.decided(BatchItemStatus::Failed, Some(error), now);
                write(app, failed).await
            }
        },
    }
}

async fn attempt(app: &App, item: &BatchItem) -> Result<(), AppError> {
    let tenant = app.tenants.get(&item.tenant).cloned();
    let tenant = tenant.ok_or_else(|| AppError::NotFound {
        what: "tenant",
        id: item.tenant.to_string(),
    })?;
    let mut wanted = form::read(&item.request)?;
    if let Some(sealed) = &item.cardholder {
        wanted.cardholder = Some(form::open(&app.vault, item.id, sealed)?);
    }
    let request = Request {
        id: item.id.to_string(),
        method: "POST",
        path: "/v1/card-batches".to_owned(),
        body: bytes::Bytes::new(),
        // The item's version is what an idempotency key is to a request.
        key: None,
        wait: None,
    };
    cards::issue_item(app, &tenant, wanted, request, item).await
}

/// Queued once more, or failed where it was tried often enough.
pub(super) fn again(item: BatchItem, error: ItemError, now: Timestamp) -> BatchItem {
    if item.attempts >= MAX_ATTEMPTS {
        return item.decided(BatchItemStatus::Failed, Some(error), now);
    }
    let before = u32::try_from(item.attempts - 1).unwrap_or(0);
    let pause = FIRST_PAUSE.saturating_mul(4_u32.saturating_pow(before));
    item.put_off(now.plus(pause), Some(error), now)
}

/// Write an item's next state down, unless somebody else came first: then theirs counts.
pub(super) async fn write(app: &App, item: BatchItem) -> Result<(), AppError> {
    let unit = Unit::new().with(Change::UpdateBatchItem(item));
    match app.store.commit(unit).await {
        Ok(()) | Err(WriteError::Conflict(_)) => Ok(()),
        // The lease ends, and the item comes up again.
        Err(error) => Err(error.into()),
    }
}

/// What becomes of an item that was not begun.
enum Next {
    /// Not the item's fault.
    WaitForRoom,
    /// Nothing was done; another time it may work.
    TryAgain,
    Fail,
}

fn next(error: &AppError) -> Next {
    match error {
        AppError::Busy { .. } | AppError::Overloaded | AppError::KeyInUse => Next::WaitForRoom,
        AppError::Store(error) => after_store(error),
        AppError::StoreShared(error) => after_store(error),
        AppError::Provider { .. } => Next::TryAgain,
        AppError::NoRoute(decision) => match decision.may_pass() {
            true => Next::TryAgain,
            false => Next::Fail,
        },
        AppError::Internal(_)
        | AppError::Invalid(_)
        | AppError::NotFound { .. }
        | AppError::CardStatus { .. }
        | AppError::State { .. }
        | AppError::PreconditionFailed
        | AppError::KeyReused
        | AppError::Unsupported { .. }
        | AppError::WebhookRefused(_) => Next::Fail,
    }
}

fn after_store(error: &StoreError) -> Next {
    match error {
        StoreError::Unavailable(_) | StoreError::FateUnknown => Next::WaitForRoom,
        StoreError::Database(_) => Next::TryAgain,
        StoreError::BadUrl(_) | StoreError::Corrupt(_) | StoreError::Amount(_) => Next::Fail,
    }
}
