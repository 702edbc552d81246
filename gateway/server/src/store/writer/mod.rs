//! The group-committing writer.
//!
//! [`Store::commit`](super::Store::commit) puts a unit into a bounded queue. A writer takes what is
//! queued, without waiting for more, up to `batch_max` units that touch no row in common, and runs
//! them in one transaction with one statement per table. Most of the cost of a small transaction is
//! the commit and the hand-over of each statement to the database, and both are shared that way.
//!
//! - **Conflicts** are read off `RETURNING`: a row that was to be inserted or updated and is not
//!   returned has lost. The transaction is rolled back, units with such rows are answered, the
//!   others run again.
//! - **An error of the database** makes the units run one by one, so that only its cause fails.
//! - **A lost connection** makes the batch run again, see [`transaction`].
//!
//! Units of one caller that builds on what it read are ordered by their versions. Beyond that, the
//! order of units that overlap is kept within one writer, not between two of PostgreSQL's.

mod apply;
mod batch;
mod decisions;
mod identity;
mod keys;
mod rows;
mod sql;
mod taken;
mod transaction;
mod versioned;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::DatabaseConnection;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Backend, StoreError, StoreOptions, Unit, WriteError};
use rows::Rows;
use transaction::Database;

/// A unit that waits, and who waits for it.
struct Waiting {
    rows: Rows,
    answer: oneshot::Sender<Result<(), WriteError>>,
}

/// What was committed since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub units: u64,
    pub transactions: u64,
}

#[derive(Default)]
struct Counters {
    units: AtomicU64,
    transactions: AtomicU64,
}

/// The callers' end.
pub(super) struct Handle {
    queue: mpsc::Sender<Waiting>,
    stop: CancellationToken,
    writers: TaskTracker,
    counters: Arc<Counters>,
}

pub(super) fn start(
    db: &DatabaseConnection,
    backend: Backend,
    writers: usize,
    options: &StoreOptions,
) -> Handle {
    let (queue, intake) = mpsc::channel(options.queue_capacity.max(1));
    let intake = Arc::new(Mutex::new(intake));
    let handle = Handle {
        queue,
        stop: CancellationToken::new(),
        writers: TaskTracker::new(),
        counters: Arc::default(),
    };
    for _ in 0..writers {
        let writer = Writer {
            database: Database::new(db.clone(), backend),
            intake: Arc::clone(&intake),
            waiting: VecDeque::new(),
            batch_max: options.batch_max.max(1),
            stop: handle.stop.clone(),
            counters: Arc::clone(&handle.counters),
        };
        handle.writers.spawn(writer.run());
    }
    handle
}

impl Handle {
    pub async fn commit(&self, unit: Unit) -> Result<(), WriteError> {
        let rows = Rows::try_from(unit)?;
        let (answer, answered) = oneshot::channel();
        self.queue
            .try_send(Waiting { rows, answer })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => WriteError::QueueFull,
                mpsc::error::TrySendError::Closed(_) => WriteError::Closed,
            })?;
        // Only a writer that panicked drops what it took.
        let lost = WriteError::Store(StoreError::FateUnknown);
        answered.await.unwrap_or(Err(lost))
    }

    pub fn written(&self) -> Written {
        Written {
            units: self.counters.units.load(Ordering::Relaxed),
            transactions: self.counters.transactions.load(Ordering::Relaxed),
        }
    }

    /// Refuse further units and wait for those that are queued.
    pub async fn finish(&self) {
        self.stop.cancel();
        self.writers.close();
        self.writers.wait().await;
    }
}

struct Writer {
    database: Database,
    intake: Arc<Mutex<mpsc::Receiver<Waiting>>>,
    /// Taken from the queue, put off because an earlier unit touches the same rows.
    waiting: VecDeque<Waiting>,
    batch_max: usize,
    stop: CancellationToken,
    counters: Arc<Counters>,
}

impl Writer {
    async fn run(mut self) {
        while self.refill().await {
            let batch = batch::take(&mut self.waiting, self.batch_max);
            self.settle(batch).await;
        }
        self.database.forget().await;
    }

    /// Wait until there is something to do; `false` once nothing will come any more.
    async fn refill(&mut self) -> bool {
        if !self.waiting.is_empty() {
            // Another writer may hold the queue while it waits; there is enough to do here.
            if let Ok(mut intake) = self.intake.try_lock() {
                while self.waiting.len() < self.batch_max
                    && let Ok(next) = intake.try_recv()
                {
                    self.waiting.push_back(next);
                }
            }
            return true;
        }
        let mut intake = self.intake.lock().await;
        let mut taken = Vec::new();
        tokio::select! {
            biased;
            () = self.stop.cancelled() => {
                intake.close();
                intake.recv_many(&mut taken, self.batch_max).await;
            }
            _ = intake.recv_many(&mut taken, self.batch_max) => {}
        }
        drop(intake);
        self.waiting.extend(taken);
        !self.waiting.is_empty()
    }

    /// Commit a batch and answer everyone in it.
    async fn settle(&mut self, mut batch: Vec<Waiting>) {
        while !batch.is_empty() {
            let rows: Vec<&Rows> = batch.iter().map(|unit| &unit.rows).collect();
            match self.database.commit(&rows).await {
                Ok(verdicts) if verdicts.iter().all(Option::is_none) => {
                    self.count(batch.len());
                    batch.into_iter().for_each(|unit| unit.answer(Ok(())));
                    return;
                }
                Ok(verdicts) => batch = answer_losers(batch, verdicts),
                Err(StoreError::Database(error)) if batch.len() > 1 => {
                    tracing::debug!(%error, units = batch.len(), "running a batch one by one");
                    return self.settle_one_by_one(batch).await;
                }
                Err(error) => {
                    tracing::warn!(%error, units = batch.len(), "units could not be stored");
                    for unit in batch {
                        let error = unit.rows.explain(error.clone());
                        unit.answer(Err(error));
                    }
                    return;
                }
            }
        }
    }

    async fn settle_one_by_one(&mut self, batch: Vec<Waiting>) {
        for unit in batch {
            Box::pin(self.settle(vec![unit])).await;
        }
    }

    fn count(&self, units: usize) {
        let units = u64::try_from(units).unwrap_or(u64::MAX);
        self.counters.units.fetch_add(units, Ordering::Relaxed);
        self.counters.transactions.fetch_add(1, Ordering::Relaxed);
    }
}

fn answer_losers(batch: Vec<Waiting>, verdicts: Vec<Option<super::Conflict>>) -> Vec<Waiting> {
    let mut rest = Vec::with_capacity(batch.len());
    for (unit, verdict) in batch.into_iter().zip(verdicts) {
        match verdict {
            Some(conflict) => unit.answer(Err(WriteError::Conflict(conflict))),
            None => rest.push(unit),
        }
    }
    rest
}

impl Waiting {
    fn answer(self, result: Result<(), WriteError>) {
        // Whoever stopped waiting need not know.
        let _gone = self.answer.send(result);
    }
}
