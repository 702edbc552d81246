//! What runs beside requests: finishing operations, reading cards again, understanding webhooks,
//! keeping the catalogue, clearing away.
//!
//! Work is claimed in the database with a lease, so any number of nodes can run workers; work of a
//! node that died is taken up by another when its lease ends.

mod duties;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use crate::app::{App, AppError};

/// The bounds of the worker, from configuration.
#[derive(Debug, Clone)]
pub struct WorkerLimits {
    /// How long a duty without work rests, unless it is woken.
    pub idle: Duration,
    /// How many pieces of work one claim takes.
    pub batch: u64,
    /// Pieces of work of one duty under way at once.
    pub concurrency: usize,
    pub lease: Duration,
    pub catalogue_interval: Duration,
}

/// One kind of work.
#[async_trait]
trait Duty: Send + Sync {
    fn name(&self) -> &'static str;

    /// Claim what is due. Each piece is a future that never fails: it records its own end.
    async fn claim(
        &self,
        app: &App,
        limits: &WorkerLimits,
    ) -> Result<Vec<BoxFuture<'static, ()>>, AppError>;

    /// Rest this long when nothing was due.
    fn idle(&self, limits: &WorkerLimits) -> Duration {
        limits.idle
    }
}

/// Start every duty; each ends when `stop` is cancelled, after the work it has claimed.
pub fn start(app: &App, limits: &WorkerLimits, stop: &CancellationToken) {
    let duties: Vec<(Arc<dyn Duty>, Arc<Notify>)> = vec![
        (Arc::new(duties::Operations), Arc::clone(&app.engine.wake)),
        (Arc::new(duties::Webhooks), Arc::clone(&app.webhook_wake)),
        (Arc::new(duties::Cards), Arc::clone(&app.engine.wake)),
        (Arc::new(duties::Catalogue::default()), Arc::default()),
        (Arc::new(duties::Housekeeping), Arc::default()),
    ];
    for (duty, wake) in duties {
        let (app, limits, stop) = (app.clone(), limits.clone(), stop.clone());
        let tasks = app.tasks.clone();
        tasks.spawn(run(duty, wake, app, limits, stop));
    }
}

async fn run(
    duty: Arc<dyn Duty>,
    wake: Arc<Notify>,
    app: App,
    limits: WorkerLimits,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        // Asked for before the claim, so that a wake-up during it is not missed.
        let woken = wake.notified();
        let rest = match duty.claim(&app, &limits).await {
            Ok(work) => {
                let full = work.len() >= usize::try_from(limits.batch).unwrap_or(usize::MAX);
                debug!(duty = duty.name(), count = work.len(), "claimed");
                futures::stream::iter(work)
                    .for_each_concurrent(limits.concurrency, |piece| piece)
                    .await;
                if full {
                    Duration::ZERO
                } else {
                    duty.idle(&limits)
                }
            }
            Err(error) => {
                error!(duty = duty.name(), "cannot claim work: {error}");
                duty.idle(&limits).max(Duration::from_secs(1))
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = woken => {}
            () = pause(rest) => {}
        }
    }
}

async fn pause(rest: Duration) {
    #[expect(clippy::disallowed_methods, reason = "the worker rests between claims")]
    tokio::time::sleep(rest).await;
}
