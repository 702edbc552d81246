//! A database of the test's own: a SQLite file, or one on a PostgreSQL server.

use std::path::PathBuf;

use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::postgres::{self, Server};

pub struct Database(Kind);

enum Kind {
    Sqlite {
        url: String,
        file: PathBuf,
        _dir: TempDir,
    },
    Postgres {
        url: String,
        /// There until dropped.
        database: Option<postgres::Database>,
        server: Option<Server>,
    },
}

impl Database {
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cardmux.db");
        Self(Kind::Sqlite {
            url: format!("sqlite://{}", file.display()),
            file,
            _dir: dir,
        })
    }

    /// One on the server all tests share; `None`, after saying so, where there is no PostgreSQL.
    pub async fn postgres() -> Option<Self> {
        let database = postgres::Database::create()
            .await
            .expect("a database can be created")?;
        Some(Self::on_postgres(database, None))
    }

    /// One on a private server that the test may stop; `None` where PostgreSQL is not installed.
    pub async fn own_postgres() -> Option<Self> {
        let server = tokio::task::spawn_blocking(Server::start).await.unwrap();
        let Some(server) = server.expect("a private server starts") else {
            assert!(!crate::env::is_ci(), "CI needs a PostgreSQL installation");
            crate::env::say("SKIPPED: no PostgreSQL installation to start a server from");
            return None;
        };
        let database = postgres::Database::create_on(&server.url("postgres")).await;
        let database = database.expect("a database can be created");
        Some(Self::on_postgres(database, Some(server)))
    }

    fn on_postgres(database: postgres::Database, server: Option<Server>) -> Self {
        let url = database.url.clone();
        Self(Kind::Postgres {
            url,
            database: Some(database),
            server,
        })
    }

    pub fn url(&self) -> &str {
        match &self.0 {
            Kind::Sqlite { url, .. } | Kind::Postgres { url, .. } => url,
        }
    }

    /// Kill the private server, connections and all.
    pub fn stop_server(&mut self) {
        self.with_server(Server::kill);
    }

    pub fn start_server(&mut self) {
        self.with_server(Server::start_again);
    }

    fn with_server<E: std::fmt::Debug>(&mut self, act: impl Fn(&mut Server) -> Result<(), E>) {
        let Kind::Postgres {
            server: Some(server),
            ..
        } = &mut self.0
        else {
            panic!("not a private PostgreSQL");
        };
        tokio::task::block_in_place(|| act(server)).unwrap();
    }

    /// The files of a SQLite database that have something in them.
    pub fn files(&self) -> Vec<PathBuf> {
        let Kind::Sqlite { file, .. } = &self.0 else {
            return Vec::new();
        };
        let log = file.with_extension("db-wal");
        let has_content = |file: &PathBuf| std::fs::metadata(file).is_ok_and(|f| f.len() > 0);
        [file.clone(), log]
            .into_iter()
            .filter(has_content)
            .collect()
    }

    /// Every row of a PostgreSQL database as text, table by table.
    pub async fn dump(&self) -> Vec<String> {
        let Kind::Postgres { url, .. } = &self.0 else {
            return Vec::new();
        };
        let mut connection = PgConnection::connect(url).await.unwrap();
        // Or bodies of webhooks would be in hexadecimal, where nothing is ever found.
        connection
            .execute("SET bytea_output = 'escape'")
            .await
            .unwrap();
        let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
        let tables: Vec<String> = sqlx::query_scalar(tables)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let mut rows = Vec::new();
        for table in tables {
            let all = AssertSqlSafe(format!("SELECT t::text FROM \"{table}\" t"));
            rows.extend(
                sqlx::query_scalar::<_, String>(all)
                    .fetch_all(&mut connection)
                    .await
                    .unwrap(),
            );
        }
        assert!(!rows.is_empty(), "nothing to search");
        rows
    }
}

/// A database whose writers wait.
pub enum HeldUp {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl HeldUp {
    pub async fn release(self) {
        match self {
            Self::Sqlite(mut connection) => {
                connection.execute("ROLLBACK").await.unwrap();
            }
            Self::Postgres(mut connection) => {
                connection.execute("ROLLBACK").await.unwrap();
            }
        }
    }
}

impl Database {
    /// Change something behind the gateway's back.
    pub async fn execute(&self, statement: &'static str) {
        match &self.0 {
            Kind::Sqlite { url, .. } => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                connection
                    .execute("PRAGMA busy_timeout = 5000")
                    .await
                    .unwrap();
                connection.execute(statement).await.unwrap();
            }
            Kind::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                connection.execute(statement).await.unwrap();
            }
        }
    }

    /// Take the lock every decision needs, and keep it.
    pub async fn hold_up(&self) -> HeldUp {
        match &self.0 {
            Kind::Sqlite { url, .. } => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                connection
                    .execute("PRAGMA busy_timeout = 5000")
                    .await
                    .unwrap();
                connection.execute("BEGIN IMMEDIATE").await.unwrap();
                HeldUp::Sqlite(connection)
            }
            Kind::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                connection.execute("BEGIN").await.unwrap();
                let lock = "LOCK TABLE authorizations IN ACCESS EXCLUSIVE MODE";
                connection.execute(lock).await.unwrap();
                HeldUp::Postgres(connection)
            }
        }
    }

    /// Every row of a table as an object; bytes are in hexadecimal.
    pub async fn rows(&self, table: &str) -> Vec<Value> {
        let rows = match &self.0 {
            Kind::Sqlite { url, .. } => sqlite_rows(url, table).await,
            Kind::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                let all = format!("SELECT row_to_json(t)::text FROM \"{table}\" t");
                sqlx::query_scalar(AssertSqlSafe(all))
                    .fetch_all(&mut connection)
                    .await
                    .unwrap()
            }
        };
        let parse = |row: String| serde_json::from_str(&row).expect("a row is JSON");
        rows.into_iter().map(parse).collect()
    }
}

async fn sqlite_rows(url: &str, table: &str) -> Vec<String> {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
        .bind(table)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let shown = columns.iter().map(|name| {
        format!(
            "'{name}', CASE typeof(\"{name}\") WHEN 'blob' THEN hex(\"{name}\") ELSE \"{name}\" END"
        )
    });
    let shown: Vec<String> = shown.collect();
    let all = format!("SELECT json_object({}) FROM \"{table}\"", shown.join(", "));
    sqlx::query_scalar(AssertSqlSafe(all))
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

/// A server that is not ours to throw away keeps no database of a test that is over.
impl Drop for Database {
    fn drop(&mut self) {
        let Kind::Postgres {
            database,
            server: None,
            ..
        } = &mut self.0
        else {
            return;
        };
        if let Some(database) = database.take() {
            let removal = || Handle::current().block_on(database.remove());
            // The test's own result counts, not how its traces went.
            let _ = tokio::task::block_in_place(removal);
        }
    }
}

/// Makes two tests of each function that takes a [`Database`]: `sqlite::name` and `postgres::name`.
/// Attributes in front of a name go to both.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* $name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                $(#[$attribute])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name($crate::Database::sqlite()).await;
                }
            )+
        }
        mod postgres {
            $(
                $(#[$attribute])*
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    // Without one the test has said that it is skipped.
                    if let Some(database) = $crate::Database::postgres().await {
                        super::$name(database).await;
                    }
                }
            )+
        }
    };
}
