//! What webhooks did not bring: each instance's transactions, read from where the last reading ended.

use std::time::Duration;

use async_trait::async_trait;
use cardmux_domain::id::fresh;
use cardmux_domain::time::Timestamp;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tracing::{error, warn};

use super::{Duty, Work, WorkerLimits};
use crate::app::{App, AppError, transactions};
use crate::store::jobs;
use crate::store::{Change, Job, Unit};
use crate::{clock, store};

/// The kind of the jobs in the store; the key is the instance.
const KIND: &str = transactions::JOB;

/// An instance that could not be read is asked again after this.
const RETRY: Duration = Duration::from_secs(30);

/// The payload of a job.
#[derive(Serialize, Deserialize)]
struct Progress {
    /// Everything before was read.
    from_ms: i64,
}

pub(in crate::worker) struct Transactions;

#[async_trait]
impl Duty for Transactions {
    fn name(&self) -> &'static str {
        KIND
    }

    async fn claim(&self, app: &App, limits: &WorkerLimits, room: u64) -> Result<Work, AppError> {
        let now = clock::now();
        begin_where_new(app, now).await?;
        let due = store::jobs::claim_due(&app.store, KIND, now, now.plus(limits.lease), room);
        let interval = limits.transactions_interval;
        Ok(due
            .await?
            .into_iter()
            .map(|job| -> BoxFuture<'static, ()> {
                let app = app.clone();
                Box::pin(async move {
                    let key = job.key.clone();
                    if let Err(error) = read(&app, job, interval).await {
                        error!(instance = %key, "transactions not read: {error}");
                    }
                })
            })
            .collect())
    }

    fn idle(&self, limits: &WorkerLimits) -> Duration {
        limits.transactions_interval.min(Duration::from_secs(5))
    }
}

/// An instance without a job gets one: nothing of it was read yet, and it has no older cards.
async fn begin_where_new(app: &App, now: Timestamp) -> Result<(), AppError> {
    let known = jobs::keys(&app.store, KIND).await?;
    for instance in app.registry.iter() {
        let has_any = instance.provider.transactions().is_some();
        if has_any && !known.iter().any(|key| key == instance.id.as_str()) {
            let job = job(instance.id.as_str(), now, now);
            app.store
                .commit(Unit::new().with(Change::PutJob(job)))
                .await?;
        }
    }
    Ok(())
}

fn job(key: &str, from: Timestamp, due_at: Timestamp) -> Job {
    let progress = Progress {
        from_ms: from.as_millis(),
    };
    Job {
        id: fresh(),
        kind: KIND.to_owned(),
        key: key.to_owned(),
        payload: serde_json::to_string(&progress).unwrap_or_default(),
        due_at,
        attempts: 0,
        last_error: None,
    }
}

async fn read(app: &App, claimed: Job, interval: Duration) -> Result<(), AppError> {
    let to = clock::now();
    let from = serde_json::from_str::<Progress>(&claimed.payload)
        .map_or(to, |progress| Timestamp::from_millis(progress.from_ms));
    let instance = claimed
        .key
        .parse()
        .ok()
        .and_then(|id| app.registry.get(&id));
    let Some(instance) = instance else {
        // Not configured any more; should it come back, it goes on where it was.
        return Ok(());
    };
    let next = match transactions::sync(app, instance, from, to).await {
        Ok(true) => job(&claimed.key, to, to.plus(interval)),
        Ok(false) => job(&claimed.key, from, to.plus(interval)),
        Err(error) => {
            warn!(instance = %instance.id, "transactions not read: {error}");
            job(&claimed.key, from, to.plus(RETRY))
        }
    };
    let finish = Change::FinishJob {
        job: next,
        lease: claimed.due_at,
    };
    Ok(app.store.commit(Unit::new().with(finish)).await?)
}
