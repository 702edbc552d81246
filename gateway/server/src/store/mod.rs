//! The database: SQLite or PostgreSQL behind the same functions.
//!
//! Reads are free functions by area (`cards::get`), return domain types and take the tenant. What
//! serves the worker or a provider's webhook belongs to no tenant's request and takes none; each
//! says so. Writes go through [`Store::commit`] as [`Unit`]s.

pub mod api_keys;
pub mod audit;
pub mod authorizations;
pub mod batches;
pub mod budgets;
pub mod card_types;
pub mod cards;
mod claim;
mod connect;
mod controls;
mod convert;
pub mod customers;
pub mod disputes;
pub mod documents;
pub mod enrolments;
mod entity;
mod error;
pub mod events;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod operations;
pub mod routing;
pub mod spend_controls;
pub mod transactions;
mod unit;
pub mod webhooks;
mod writer;

use std::sync::Arc;

use cardmux_migrations as migrations;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, TransactionTrait,
};

pub use connect::StoreOptions;
pub use error::{Conflict, StoreError, WriteError};
pub use spend_controls::SpendMark;
pub use unit::{
    ApiKey, Change, IdempotencyRecord, InboundWebhook, Job, KeyClaim, StoredAnswer, Unit,
};
pub use writer::Written;

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A handle on the database; clones share everything.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    read: DatabaseConnection,
    write: DatabaseConnection,
    writer: Arc<writer::Handle>,
}

impl Store {
    /// Open the pools and start the writers. The schema is left alone: see [`Store::migrate`].
    pub async fn connect(options: &StoreOptions) -> Result<Self, StoreError> {
        let connect::Pools {
            backend,
            read,
            write,
            writers,
        } = connect::open(options).await?;
        let writer = writer::start(&write, backend, writers, options);
        Ok(Self {
            backend,
            read,
            write,
            writer: Arc::new(writer),
        })
    }

    /// Bring the schema up to date. Gateways that start together take turns.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        // Any number that nothing else in this database locks.
        const LOCK: &str = "SELECT pg_advisory_xact_lock(4701302190)";
        match self.backend {
            Backend::Sqlite => migrations::up(&self.write).await?,
            Backend::Postgres => {
                let tx = self.write.begin().await?;
                tx.execute_unprepared(LOCK).await?;
                migrations::up(&tx).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// What [`Store::migrate`] would apply.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        Ok(migrations::pending(&self.read).await?)
    }

    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.read.ping().await?)
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Store a unit, whole or not at all. Returns once it is on disk.
    ///
    /// It is carried out even where the caller stops waiting.
    pub async fn commit(&self, unit: Unit) -> Result<(), WriteError> {
        self.writer.commit(unit).await
    }

    /// How much was written so far: units by transactions is the mean size of a batch.
    pub fn written(&self) -> Written {
        self.writer.written()
    }

    /// Take no more units, finish those that wait, and close the connections.
    pub async fn close(self) {
        self.writer.finish().await;
        for pool in [self.read, self.write] {
            if let Err(error) = pool.close().await {
                tracing::warn!(%error, "a database pool did not close cleanly");
            }
        }
    }

    /// The pool of the statements that change rows beside the writer: claims and clean-up. On
    /// SQLite they take turns with the writer on its one connection.
    fn claims(&self) -> &DatabaseConnection {
        match self.backend {
            Backend::Sqlite => &self.write,
            Backend::Postgres => &self.read,
        }
    }
}

/// An error of reading: the database's, or of what was stored.
impl From<convert::Corrupt> for StoreError {
    fn from(corrupt: convert::Corrupt) -> Self {
        Self::Corrupt(corrupt.0)
    }
}

fn to_domain<R, D>(rows: Vec<R>) -> Result<Vec<D>, StoreError>
where
    D: TryFrom<R, Error = convert::Corrupt>,
{
    Ok(rows
        .into_iter()
        .map(D::try_from)
        .collect::<Result<_, _>>()?)
}

/// The row of a query that can match only one. Not `.one()`: that binds `LIMIT 1`, and SQLite then
/// prepares the statement anew at every execution.
async fn only<E, D>(query: sea_orm::Select<E>, store: &Store) -> Result<Option<D>, StoreError>
where
    E: EntityTrait,
    D: TryFrom<E::Model, Error = convert::Corrupt>,
{
    let row = query.all(&store.read).await?.pop();
    Ok(row.map(D::try_from).transpose()?)
}

/// The first rows, newest first, that fit every condition there is.
async fn newest<E, D>(
    store: &Store,
    id: E::Column,
    conditions: impl IntoIterator<Item = Option<Expr>>,
    limit: u64,
) -> Result<Vec<D>, StoreError>
where
    E: EntityTrait,
    D: TryFrom<E::Model, Error = convert::Corrupt>,
{
    let conditions = conditions.into_iter().flatten();
    let query = conditions.fold(E::find(), sea_orm::Select::filter);
    let rows = query.order_by_desc(id).limit(limit).all(&store.read);
    to_domain(rows.await?)
}
