//! Opening the pools. On both databases one pool reads and another one writes.

use std::str::FromStr;
use std::time::Duration;

use cardmux_domain::secret::{ExposeSecret, SecretString};
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::{Backend, StoreError};

/// A ping at every acquire costs a sixth of the reads. One after a pause costs nothing that counts,
/// and finds the connections that a restart of the server has cut.
const PING_AFTER_IDLE: Duration = Duration::from_secs(1);
/// Longer than any transaction of the writer; another process may hold the file (a backup).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements differ by their number of rows, up to a batch for each of a dozen tables.
const CACHED_STATEMENTS: usize = 512;
/// A batch returns up to this many ids; a smaller buffer wakes the SQLite thread again and again.
const ROW_BUFFER: usize = 256;

/// What [`Store::connect`](super::Store::connect) needs.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `sqlite://path?mode=rwc` or `postgres://user:password@host/database`.
    pub url: SecretString,
    /// SQLite: connections that read.
    pub read_connections: u32,
    /// PostgreSQL: connections that read and claim; each writer has one more of its own.
    pub postgres_connections: u32,
    pub acquire_timeout: Duration,
    /// PostgreSQL: writers at once. SQLite has one.
    pub writers: usize,
    /// Units in one transaction.
    pub batch_max: usize,
    /// Units that wait; further ones are refused.
    pub queue_capacity: usize,
}

impl StoreOptions {
    /// Sizes measured as good on two cores.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            read_connections: 4,
            postgres_connections: 8,
            acquire_timeout: Duration::from_secs(5),
            writers: 2,
            batch_max: 64,
            queue_capacity: 1024,
        }
    }
}

pub(super) struct Pools {
    pub backend: Backend,
    pub read: DatabaseConnection,
    pub write: DatabaseConnection,
    pub writers: usize,
}

pub(super) async fn open(options: &StoreOptions) -> Result<Pools, StoreError> {
    let url = options.url.expose_secret();
    if url.starts_with("sqlite:") {
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(StoreError::BadUrl(
                "a database in memory cannot be shared by the reading and the writing connections",
            ));
        }
        // The writer first: it creates the file and turns WAL on.
        let write = Database::connect(sqlite(options, url, 1, false)).await?;
        let read = Database::connect(sqlite(options, url, options.read_connections, true)).await?;
        Ok(Pools {
            backend: Backend::Sqlite,
            read,
            write,
            writers: 1,
        })
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let server = PgConnectOptions::from_str(url)
            .map_err(|_| StoreError::BadUrl("it does not follow postgres://user@host/database"))?;
        let writers = options.writers.max(1);
        let connections = u32::try_from(writers).unwrap_or(u32::MAX);
        let write = Database::connect(postgres(options, &server, connections)).await?;
        let read = postgres(options, &server, options.postgres_connections);
        Ok(Pools {
            backend: Backend::Postgres,
            read: Database::connect(read).await?,
            write,
            writers,
        })
    } else {
        Err(StoreError::BadUrl(
            "it must begin with sqlite:// or postgres://",
        ))
    }
}

fn common(url: &str, connections: u32, options: &StoreOptions) -> ConnectOptions {
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(connections)
        .acquire_timeout(options.acquire_timeout)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(PING_AFTER_IDLE);
    connect
}

fn sqlite(options: &StoreOptions, url: &str, connections: u32, read: bool) -> ConnectOptions {
    let mut connect = common(url, connections, options);
    connect
        .idle_timeout(None)
        .max_lifetime(None)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(!read)
                .journal_mode(SqliteJournalMode::Wal)
                // Money: a power cut must not lose what was answered.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY_TIMEOUT)
                .statement_cache_capacity(CACHED_STATEMENTS)
                .row_buffer_size(ROW_BUFFER);
            // A write that strays to the reading pool would bring lock errors back: refuse it.
            if read {
                sqlite.pragma("query_only", "ON")
            } else {
                sqlite
            }
        });
    connect
}

/// sea-orm records the connect options, URL included, in a trace span: it is given an empty URL,
/// and the real server, whose password must not get there, in the closure.
fn postgres(options: &StoreOptions, server: &PgConnectOptions, connections: u32) -> ConnectOptions {
    let server = server
        .clone()
        .application_name("cardmux")
        .statement_cache_capacity(CACHED_STATEMENTS)
        .disable_statement_logging();
    let mut connect = common("postgres://", connections, options);
    connect.map_sqlx_postgres_opts(move |_| server.clone());
    connect
}
