//! How a world differs from the usual one, and the gateway's configuration it makes of that.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The provider instance, as configuration names it.
pub const INSTANCE: &str = "fincard_main";
/// Tenants: the one most tests use, and another one.
pub const ACME: &str = "acme";
pub const GLOBEX: &str = "globex";
/// Keys the hashes; a canary as well.
pub const SECRET: &str = "an-installation-secret-of-the-end-to-end-tests";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Finhub,
    Upstream,
}

impl Dialect {
    pub(crate) fn of_emulator(self) -> cardmux_emulator_fincard::Dialect {
        match self {
            Self::Finhub => cardmux_emulator_fincard::Dialect::Finhub,
            Self::Upstream => cardmux_emulator_fincard::Dialect::Upstream,
        }
    }

    /// The end of the path that opens a card.
    pub fn open_card(self) -> &'static str {
        match self {
            Self::Finhub => "/card/v2/openCard",
            Self::Upstream => "/card/v2/createCard",
        }
    }
}

/// Times are short, so that what waits for a lease or the provider's settle time is over in two
/// seconds; each is within the bounds configuration has.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The gateway's program; tests know it from Cargo.
    pub program: PathBuf,
    pub dialect: Dialect,
    pub log_filter: &'static str,
    pub call_timeout_ms: u32,
    pub attempt_timeout_ms: u32,
    pub breaker_failures: u32,
    pub attention_after_ms: u32,
}

impl Setup {
    pub fn new(program: &str) -> Self {
        Self {
            program: program.into(),
            dialect: Dialect::Finhub,
            log_filter: "info,cardmux=debug",
            call_timeout_ms: 1000,
            attempt_timeout_ms: 500,
            // Faults come in rows here; the test of the breaker asks for fewer.
            breaker_failures: 1000,
            attention_after_ms: 900_000,
        }
    }

    pub fn upstream(self) -> Self {
        Self {
            dialect: Dialect::Upstream,
            ..self
        }
    }

    /// The configuration file of the gateway.
    pub(crate) fn config(&self, dir: &Path, database_url: &str, client: Value) -> String {
        let mut provider = client;
        provider["settle_seconds"] = json!(1);
        let config = json!({
            "server": { "listen": "127.0.0.1:0", "shutdown_grace_ms": 5000 },
            "data": { "dir": dir },
            "database": { "url": database_url, "postgres_connections": 4, "acquire_timeout_ms": 1000 },
            "security": { "secret": SECRET },
            "logging": { "filter": self.log_filter, "format": "json" },
            "operations": {
                "call_timeout_ms": self.call_timeout_ms,
                "lease_margin_ms": 1000,
                "wait_max_seconds": 10,
                "poll_first_ms": 50,
                "poll_max_ms": 500,
                "attention_after_ms": self.attention_after_ms,
            },
            "worker": { "idle_ms": 50 },
            "providers": { INSTANCE: {
                "kind": "fincard",
                "attempt_timeout_ms": self.attempt_timeout_ms,
                "breaker_failures": self.breaker_failures,
                "breaker_open_ms": 500,
                "settings": provider,
            } },
            "tenants": {
                ACME: { "display_name": "Acme", "instances": [INSTANCE] },
                GLOBEX: { "display_name": "Globex", "instances": [INSTANCE] },
            },
        });
        toml::to_string(&config).expect("the configuration is a table")
    }
}
