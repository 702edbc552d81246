//! Databases to measure in, each of its own and removed afterwards.

use cardmux_e2e::postgres::{Database as PostgresDatabase, Server};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};
use tempfile::TempDir;

use crate::Result;
use crate::args::Backend;

/// Where databases are made.
pub struct Databases {
    backend: Backend,
    /// Of the server, on PostgreSQL.
    server_url: Option<String>,
    /// Ends the private server when dropped.
    _server: Option<Server>,
}

impl Databases {
    /// `None` where there is no such database on this machine.
    pub fn open(backend: Backend, named: Option<&str>) -> Result<Option<Self>> {
        let here = |server_url, _server| Self {
            backend,
            server_url,
            _server,
        };
        match (backend, named) {
            (Backend::Sqlite, _) => Ok(Some(here(None, None))),
            (Backend::Postgres, Some(url)) => Ok(Some(here(Some(url.to_owned()), None))),
            (Backend::Postgres, None) => {
                let server = Server::start()?;
                Ok(server.map(|server| here(Some(server.url("postgres")), Some(server))))
            }
        }
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Statistics the planner can use, as autovacuum makes them after many rows were inserted.
    pub async fn settle(&self, database: &Database) -> Result<()> {
        if self.backend == Backend::Postgres {
            let mut connection = PgConnection::connect(&database.url).await?;
            connection.execute("VACUUM ANALYZE").await?;
            connection.close().await?;
        }
        Ok(())
    }

    pub async fn create(&self) -> Result<Database> {
        let dir = tempfile::tempdir()?;
        let Some(server_url) = &self.server_url else {
            let url = format!(
                "sqlite://{}?mode=rwc",
                dir.path().join("cardmux.db").display()
            );
            return Ok(Database {
                dir,
                url,
                postgres: None,
            });
        };
        let database = PostgresDatabase::create_on(server_url).await?;
        let url = database.url.clone();
        Ok(Database {
            dir,
            url,
            postgres: Some(database),
        })
    }
}

/// An empty database, and a directory for what belongs to it.
pub struct Database {
    pub dir: TempDir,
    pub url: String,
    postgres: Option<PostgresDatabase>,
}

impl Database {
    pub async fn remove(self) -> Result<()> {
        match self.postgres {
            Some(database) => database.remove().await,
            None => Ok(()),
        }
    }
}
