use std::path::PathBuf;
use std::time::Duration;

use cardmux_domain::secret::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::{fields, secret};

/// `[database]`: SQLite or PostgreSQL, by the scheme of the URL.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// A secret: it may hold a password.
    #[serde(deserialize_with = "secret::read", serialize_with = "secret::show_url")]
    pub url: SecretString,
    /// Where `url` was read from, when from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_file: Option<PathBuf>,
    pub read_connections: u32,
    pub postgres_connections: u32,
    #[serde(rename = "acquire_timeout_ms", with = "fields::millis")]
    pub acquire_timeout: Duration,
    pub writers: usize,
    pub write_batch_max: usize,
    pub write_queue: usize,
    pub migrate_on_start: bool,
}

impl Database {
    pub fn is_postgres(&self) -> bool {
        let url = self.url.expose_secret();
        url.starts_with("postgres://") || url.starts_with("postgresql://")
    }

    pub(super) fn check(&mut self, check: &mut Check<'_>) {
        if let Some(file) = &self.url_file
            && let Some(url) = secret::from_file(check, "database.url", file)
        {
            self.url = url;
        }
        if !self.is_postgres() && !self.url.expose_secret().starts_with("sqlite:") {
            let key = if self.url_file.is_some() {
                "database.url_file"
            } else {
                "database.url"
            };
            let hint =
                "as in sqlite://.cardmux/cardmux.db or postgres://user:password@host/cardmux";
            check.problem(
                key,
                "is neither an SQLite nor a PostgreSQL URL",
                Some(hint.into()),
            );
        }
        let pool = "0 cannot work; past the cores of the database more of them only wait";
        check.range(
            "database.read_connections",
            self.read_connections,
            1..=256,
            pool,
        );
        check.range(
            "database.postgres_connections",
            self.postgres_connections,
            1..=256,
            pool,
        );
        check.range("database.writers", self.writers, 1..=64, pool);
        check.range(
            "database.acquire_timeout_ms",
            self.acquire_timeout.as_millis(),
            1..=60_000,
            "a request that waits longer for a connection should have been refused",
        );
        check.range(
            "database.write_batch_max",
            self.write_batch_max,
            1..=1024,
            "a longer batch is a longer transaction, and its units wait for each other",
        );
        check.range(
            "database.write_queue",
            self.write_queue,
            1..=1_000_000,
            "the queue is in memory",
        );
        check.relation(
            ["database.write_batch_max", "database.write_queue"],
            self.write_batch_max <= self.write_queue,
            "must not be more than database.write_queue",
            "a batch takes what is queued, so it could never be that long",
        );
        check.relation(
            ["database.writers", "database.postgres_connections"],
            !self.is_postgres() || self.writers_fit(),
            "must not be more than database.postgres_connections",
            "each writer holds a connection while it commits",
        );
    }

    fn writers_fit(&self) -> bool {
        u32::try_from(self.writers).is_ok_and(|writers| writers <= self.postgres_connections)
    }
}
