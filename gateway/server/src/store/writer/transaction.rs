//! One batch, one transaction, until its fate is known.
//!
//! A connection that breaks before COMMIT was sent leaves nothing behind: the batch runs again. One
//! that breaks after it leaves open whether PostgreSQL committed. So each transaction begins by
//! writing the batch's number into the writer's own row of `writer_marks`. Run again, that statement
//! waits for the first try where the server still works on it, and changes nothing where it was
//! committed; then everyone is answered that it was. (The status of the transaction id would not
//! do: an id that was lost in a crash of the server is given out again.)
//!
//! On SQLite there is no connection to lose: an error of COMMIT means rolled back.

use std::time::Duration;

use backon::BackoffBuilder;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::apply::apply;
use super::rows::Rows;
use crate::store::{Backend, Conflict, StoreError};

/// A restart of PostgreSQL takes a few seconds; callers have mostly given up after this.
const KEEP_TRYING: Duration = Duration::from_secs(15);
/// A peer that vanished without a word looks like a statement that takes long.
const STALLED: Duration = Duration::from_secs(10);

/// What a batch came to: per unit, why it lost. If anyone lost, nothing was stored.
pub(super) type Verdicts = Vec<Option<Conflict>>;

pub(super) struct Database {
    db: DatabaseConnection,
    backend: Backend,
    writer: Uuid,
    batch: i64,
}

/// How far a try got that failed.
enum Failed {
    BeforeCommit(DbErr),
    InCommit(DbErr),
}

impl Database {
    pub fn new(db: DatabaseConnection, backend: Backend) -> Self {
        Self {
            db,
            backend,
            writer: Uuid::now_v7(),
            batch: 0,
        }
    }

    /// Commit the units together, trying again while the database cannot be reached.
    pub async fn commit(&mut self, units: &[&Rows]) -> Result<Verdicts, StoreError> {
        self.batch = self.batch.saturating_add(1);
        let give_up = Instant::now() + KEEP_TRYING;
        let mut fate_open = false;
        let mut delays = backoff();
        loop {
            let error = match self.attempt(units).await {
                Ok(verdicts) => return Ok(verdicts),
                Err(Failed::BeforeCommit(error)) => error,
                Err(Failed::InCommit(error)) => {
                    fate_open = self.backend == Backend::Postgres;
                    error
                }
            };
            let error = StoreError::from(error);
            // The server was reached and refused: this try is undone, and so were those before, or
            // their mark would have been found.
            if matches!(error, StoreError::Database(_)) {
                return Err(error);
            }
            let delay = delays.next().unwrap_or(KEEP_TRYING);
            if Instant::now() + delay >= give_up {
                return Err(if fate_open {
                    StoreError::FateUnknown
                } else {
                    error
                });
            }
            tracing::warn!(%error, "the database is away, trying again");
            wait(delay).await;
        }
    }

    async fn attempt(&self, units: &[&Rows]) -> Result<Verdicts, Failed> {
        let (tx, verdicts) = within(self.run(units))
            .await
            .map_err(Failed::BeforeCommit)?;
        match tx {
            None => Ok(verdicts),
            Some(tx) => within(tx.commit())
                .await
                .map(|()| verdicts)
                .map_err(Failed::InCommit),
        }
    }

    /// Everything up to COMMIT, or no transaction where there is nothing to commit.
    async fn run(&self, units: &[&Rows]) -> Result<(Option<DatabaseTransaction>, Verdicts), DbErr> {
        let tx = self.begin().await?;
        if self.backend == Backend::Postgres && !self.mark(&tx).await? {
            tx.rollback().await?;
            return Ok((None, vec![None; units.len()]));
        }
        let verdicts = apply(&tx, units).await?;
        if verdicts.iter().any(Option::is_some) {
            tx.rollback().await?;
            return Ok((None, verdicts));
        }
        Ok((Some(tx), verdicts))
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.backend {
            // A deferred one fails when it turns from reading to writing, without waiting.
            Backend::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
            Backend::Postgres => TransactionOptions::default(),
        };
        self.db.begin_with_options(options).await
    }

    /// Write down which batch this is; `false` where it was committed before.
    async fn mark(&self, tx: &DatabaseTransaction) -> Result<bool, DbErr> {
        let other = Expr::col(("writer_marks", "batch")).ne(Expr::col(("excluded", "batch")));
        let mark = Query::insert()
            .into_table("writer_marks")
            .columns(["writer", "batch"])
            .values_panic([self.writer.into(), self.batch.into()])
            .on_conflict(
                OnConflict::column("writer")
                    .update_column("batch")
                    .action_and_where(other)
                    .to_owned(),
            )
            .to_owned();
        Ok(tx.execute(&mark).await?.rows_affected() == 1)
    }

    /// Remove the mark of a writer that stops; one that is killed leaves its row of 24 bytes.
    pub async fn forget(&self) {
        if self.backend == Backend::Sqlite || self.batch == 0 {
            return;
        }
        let delete = Query::delete()
            .from_table("writer_marks")
            .and_where(Expr::col("writer").eq(self.writer))
            .to_owned();
        if let Err(error) = within(self.db.execute(&delete)).await {
            tracing::debug!(%error, "a writer's mark was not removed");
        }
    }
}

fn backoff() -> impl Iterator<Item = Duration> {
    backon::ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(20))
        .with_max_delay(Duration::from_secs(1))
        .without_max_times()
        .with_jitter()
        .build()
}

async fn within<T>(work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    let stalled = DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
    tokio::time::timeout(STALLED, work)
        .await
        .unwrap_or(Err(stalled))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the writer waits for a database that restarts, nothing else would wake it"
)]
async fn wait(delay: Duration) {
    tokio::time::sleep(delay).await;
}
