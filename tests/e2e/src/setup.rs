//! How a world differs from the usual one, and the gateway's configuration it makes of that.

use std::path::{Path, PathBuf};

use cardmux_emulator_fincard::FincardOptions;
use serde_json::{Value, json};

/// The provider instance, as configuration names it.
pub const INSTANCE: &str = "fincard_main";
/// Tenants: the one most tests use, and another one.
pub const ACME: &str = "acme";
pub const GLOBEX: &str = "globex";
/// Thirty-two bytes that count up, in Base64.
const DATA_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

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
    /// The provider's emulator; dialect and delay of orders are set by the others.
    pub fincard: FincardOptions,
    /// How much faster than ours the emulator's time runs.
    pub time_scale: u32,
    /// Whether the emulator keeps its state in a file, which it writes whole at every change:
    /// too slow where there are thousands of cards.
    pub emulator_file: bool,
    /// Between two readings of a card that no webhook tells of, at the least.
    pub poll_ms: u32,
    /// Further instances of the same provider, with the same settings, for the tenant `acme`.
    pub more_instances: &'static [&'static str],
    /// What else the configuration says, by JSON pointer.
    pub configured: Vec<(&'static str, Value)>,
}

/// Emulated time runs this much faster, so that the provider's first webhook retry comes after two
/// seconds and not after a minute.
const TIME_SCALE: u32 = 30;
/// Real milliseconds from an order's acceptance to its end.
const ORDER_DELAY_MS: u32 = 30;

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
            fincard: FincardOptions::default(),
            time_scale: TIME_SCALE,
            emulator_file: true,
            poll_ms: 100,
            more_instances: &[],
            configured: Vec::new(),
        }
    }

    /// The same with one more setting; where the pointer leads has to be a table.
    pub fn with(mut self, pointer: &'static str, value: Value) -> Self {
        self.configured.push((pointer, value));
        self
    }

    /// Where a machine under load must not look like a provider that hangs.
    pub fn patient(self) -> Self {
        Self {
            attempt_timeout_ms: 4000,
            call_timeout_ms: 5000,
            ..self
        }
    }

    /// With an emulator whose time is ours: what it dates is not in the future.
    pub fn in_real_time(mut self) -> Self {
        self.time_scale = 1;
        self
    }

    pub(crate) fn fincard_options(&self) -> FincardOptions {
        FincardOptions {
            dialect: self.dialect.of_emulator(),
            order_delay_ms: u64::from(ORDER_DELAY_MS * self.time_scale),
            ..self.fincard.clone()
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
        let mut config = json!({
            "server": { "listen": "127.0.0.1:0", "shutdown_grace_ms": 5000 },
            "data": { "dir": dir },
            "database": { "url": database_url, "postgres_connections": 4 },
            "security": { "secret": SECRET, "data_keys": { "k1": DATA_KEY } },
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
        for instance in self.more_instances {
            config["providers"][*instance] = config["providers"][INSTANCE].clone();
            let instances = config["tenants"][ACME]["instances"].as_array_mut();
            instances.expect("a list").push(json!(instance));
        }
        for (pointer, value) in &self.configured {
            let (table, key) = pointer.rsplit_once('/').expect("a pointer begins with /");
            config.pointer_mut(table).expect("the table is there")[key] = value.clone();
        }
        toml::to_string(&config).expect("the configuration is a table")
    }
}
