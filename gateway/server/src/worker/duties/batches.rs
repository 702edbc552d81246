//! Items of batches: one duty has them issued, the other writes down what came of them, so that
//! thousands that wait for their turn do not hold the results up.

use async_trait::async_trait;
use futures::future::BoxFuture;
use tracing::error;

use super::{Duty, Work, WorkerLimits};
use crate::app::{App, AppError, batches};
use crate::{clock, store};

pub(in crate::worker) struct BatchItems;

#[async_trait]
impl Duty for BatchItems {
    fn name(&self) -> &'static str {
        "batch_items"
    }

    async fn claim(&self, app: &App, limits: &WorkerLimits, room: u64) -> Result<Work, AppError> {
        let now = clock::now();
        let lease = now.plus(limits.lease);
        let due = store::batches::claim_queued(&app.store, now, lease, room).await?;
        Ok(due
            .into_iter()
            .map(|item| -> BoxFuture<'static, ()> {
                let app = app.clone();
                Box::pin(async move {
                    let id = item.id;
                    if let Err(error) = batches::issue(&app, item).await {
                        error!(item = %id, "not issued: {error}");
                    }
                })
            })
            .collect())
    }
}

/// Few enough that other writers find room in the queue.
const DECIDED_AT_ONCE: u64 = 100;

pub(in crate::worker) struct BatchResults;

#[async_trait]
impl Duty for BatchResults {
    fn name(&self) -> &'static str {
        "batch_results"
    }

    async fn claim(&self, app: &App, _: &WorkerLimits, _: u64) -> Result<Work, AppError> {
        let full = usize::try_from(DECIDED_AT_ONCE).unwrap_or(usize::MAX);
        while batches::decide(app, DECIDED_AT_ONCE).await? >= full {
            tokio::task::yield_now().await;
        }
        batches::end(app, DECIDED_AT_ONCE).await?;
        Ok(Vec::new())
    }
}
