//! What runs beside requests: finishing operations, reading cards, enrolments, budgets and disputes
//! again, letting holds expire, issuing batches, understanding webhooks, keeping catalogue and transactions, clearing away.
//!
//! Work is claimed in the database with a lease, so any number of nodes can run workers; work of a
//! node that died is taken up by another when its lease ends.

mod duties;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use crate::app::{App, AppError};
use crate::live::Live;

/// The bounds of the worker, from configuration.
#[derive(Debug, Clone)]
pub struct WorkerLimits {
    /// How long a duty without work rests, unless it is woken.
    pub idle: Duration,
    /// How many pieces of work one claim takes.
    pub batch: u64,
    pub lease: Duration,
    pub catalogue_interval: Duration,
    pub transactions_interval: Duration,
}

type Work = Vec<BoxFuture<'static, ()>>;

/// One kind of work.
#[async_trait]
trait Duty: Send + Sync {
    fn name(&self) -> &'static str;

    /// Claim at most `room` pieces of what is due. Each is a future that never fails: it records its
    /// own end.
    async fn claim(&self, app: &App, limits: &WorkerLimits, room: u64) -> Result<Work, AppError>;

    /// Rest this long when nothing was due.
    fn idle(&self, limits: &WorkerLimits) -> Duration {
        limits.idle
    }
}

/// Start every duty, with at most `concurrency` pieces of work of each under way at once; each ends
/// when `stop` is cancelled, after the work it has claimed.
pub fn start(live: &Live, concurrency: usize, stop: &CancellationToken) {
    let app = live.current().app.clone();
    // Webhooks and batches come from outside and are due at once; the rest is due some time after it
    // was written.
    let duties: [(Arc<dyn Duty>, Arc<Notify>); 12] = [
        (Arc::new(duties::Operations), Arc::default()),
        (Arc::new(duties::Webhooks), Arc::clone(&app.webhook_wake)),
        (Arc::new(duties::BatchItems), Arc::clone(&app.batch_wake)),
        (Arc::new(duties::BatchResults), Arc::default()),
        (Arc::new(duties::Cards), Arc::default()),
        (Arc::new(duties::Enrolments), Arc::default()),
        (Arc::new(duties::Budgets), Arc::default()),
        (Arc::new(duties::Disputes), Arc::default()),
        (Arc::new(duties::Holds), Arc::default()),
        (Arc::new(duties::Transactions), Arc::default()),
        (Arc::new(duties::Catalogue::default()), Arc::default()),
        (Arc::new(duties::Housekeeping), Arc::default()),
    ];
    for (duty, wake) in duties {
        let runner = Runner {
            duty,
            wake,
            live: live.clone(),
            slots: Arc::new(Semaphore::new(concurrency)),
        };
        app.tasks.spawn(runner.run(stop.clone()));
    }
}

/// A duty and its slots: a piece of work that hangs holds one slot, not the others' work.
struct Runner {
    duty: Arc<dyn Duty>,
    wake: Arc<Notify>,
    live: Live,
    slots: Arc<Semaphore>,
}

impl Runner {
    async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // Asked for before the claim, so that a wake-up during it is not missed.
            let woken = self.wake.notified();
            let replaced = self.live.replaced();
            let rest = self.turn().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = woken => {}
                () = replaced => {}
                () = pause(rest) => {}
            }
        }
    }

    /// Claim as much as there are slots, and say how long to rest. What is claimed runs under the
    /// configuration it was claimed under.
    async fn turn(&self) -> Duration {
        // Never closed, so this only waits for a free slot.
        drop(self.slots.acquire().await);
        let room = self.slots.available_permits();
        let generation = self.live.current();
        let (app, limits) = (&generation.app, &generation.worker);
        let room = u64::try_from(room).unwrap_or(u64::MAX).min(limits.batch);
        match self.duty.claim(app, limits, room).await {
            Ok(work) => {
                let full = u64::try_from(work.len()).is_ok_and(|count| count >= room);
                debug!(duty = self.duty.name(), count = work.len(), "claimed");
                for piece in work {
                    let slot = Arc::clone(&self.slots).acquire_owned().await;
                    app.tasks.spawn(async move {
                        piece.await;
                        drop(slot);
                    });
                }
                if full {
                    BUSY_REST
                } else {
                    self.duty.idle(limits)
                }
            }
            Err(error) => {
                error!(duty = self.duty.name(), "cannot claim work: {error}");
                self.duty.idle(limits).max(Duration::from_secs(1))
            }
        }
    }
}

/// With more work waiting than slots were free: long enough for several slots to come free, so that
/// one claim, a transaction of its own, is not spent on each.
const BUSY_REST: Duration = Duration::from_millis(10);

async fn pause(rest: Duration) {
    #[expect(clippy::disallowed_methods, reason = "the worker rests between claims")]
    tokio::time::sleep(rest).await;
}
