use std::collections::BTreeMap;
use std::time::Duration;

use cardmux_domain::id::InstanceId;
use ipnet::IpNet;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::check::{Check, nearest};
use super::operations::Operations;
use super::{fields, secret};

/// Keys of plugin settings that are shown; every other text or number may be a secret.
const SHOWN: &[&str] = &["base_url", "dialect", "mode"];

/// `[providers.<instance>]`: one provider with its credentials. Absent keys have the defaults
/// below, which `config/default.toml` lists with their reasons (a test compares them).
#[derive(Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    pub kind: String,
    #[serde(default)]
    pub mode: Mode,
    #[serde(default = "concurrency")]
    pub concurrency: usize,
    /// 0: no limit.
    #[serde(default)]
    pub rate_per_second: u32,
    #[serde(default = "attempts")]
    pub attempts: u32,
    #[serde(
        rename = "attempt_timeout_ms",
        with = "fields::millis",
        default = "attempt_timeout"
    )]
    pub attempt_timeout: Duration,
    #[serde(default = "breaker_failures")]
    pub breaker_failures: u32,
    #[serde(
        rename = "breaker_open_ms",
        with = "fields::millis",
        default = "breaker_open"
    )]
    pub breaker_open: Duration,
    /// Whence webhooks may come. Empty: from anywhere, but only where the provider signs them.
    #[serde(default, with = "fields::list")]
    pub webhook_networks: Vec<IpNet>,
    /// No cards are issued here, whatever a request says; everything else goes on.
    #[serde(default)]
    pub issuing_paused: bool,
    #[serde(default)]
    pub settings: PluginSettings,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The provider at its `base_url`.
    #[default]
    Integration,
    /// The embedded emulator, over real HTTP.
    Playground,
}

/// The adapter's own table, which only the adapter understands. Holds secrets we cannot tell from
/// the rest: no `Debug`, and shown masked.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct PluginSettings {
    table: Map<String, Value>,
    /// What the files held that the table names, by the key that names one. The adapter reads them
    /// itself: this tells whether it would read something else by now.
    #[serde(skip)]
    files: BTreeMap<String, Zeroizing<String>>,
}

impl PluginSettings {
    /// The table as the adapter gets it. Values from the environment are text, whatever they mean.
    pub fn to_value(&self) -> Value {
        Value::Object(self.table.clone())
    }

    pub(super) fn files(&self) -> &BTreeMap<String, Zeroizing<String>> {
        &self.files
    }

    /// The kit's form of a secret in a file: `{ file = "…" }`. One that cannot be read is the
    /// adapter's to report.
    fn read_files(&mut self) {
        let named = self.table.iter().filter_map(|(key, value)| {
            let text = std::fs::read_to_string(value.get("file")?.as_str()?).ok()?;
            Some((key.clone(), Zeroizing::new(text)))
        });
        self.files = named.collect();
    }
}

impl From<Map<String, Value>> for PluginSettings {
    fn from(table: Map<String, Value>) -> Self {
        Self {
            table,
            files: BTreeMap::new(),
        }
    }
}

impl Serialize for PluginSettings {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        masked_table(&self.table).serialize(to)
    }
}

fn masked_table(table: &Map<String, Value>) -> Map<String, Value> {
    let given = table.iter().filter(|(_, value)| !value.is_null());
    let masked = given.map(|(key, value)| {
        let shown = value.as_str().filter(|_| SHOWN.contains(&key.as_str()));
        (
            key.clone(),
            shown.map_or_else(|| masked(value), |text| shown_text(text).into()),
        )
    });
    masked.collect()
}

fn shown_text(text: &str) -> String {
    if text.contains("://") {
        secret::without_credentials(text)
    } else {
        text.to_owned()
    }
}

fn masked(value: &Value) -> Value {
    match value {
        Value::Object(table) => Value::Object(masked_table(table)),
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(_) | Value::String(_) => secret::MASK.into(),
    }
}

fn concurrency() -> usize {
    64
}

fn attempts() -> u32 {
    3
}

fn attempt_timeout() -> Duration {
    Duration::from_secs(10)
}

fn breaker_failures() -> u32 {
    5
}

fn breaker_open() -> Duration {
    Duration::from_secs(10)
}

pub(super) fn check(
    instances: &mut BTreeMap<InstanceId, ProviderSettings>,
    check: &mut Check<'_>,
    known_kinds: &[&str],
    operations: &Operations,
) {
    for (instance, settings) in instances {
        let key = |name: &str| format!("providers.{instance}.{name}");
        if *instance == InstanceId::ledger() {
            check.problem(
                &format!("providers.{instance}"),
                "has a name that is taken",
                Some("`ledger` is where budgets of the gateway's own ledger are".into()),
            );
        }
        settings.check_kind(check, &key("kind"), known_kinds);
        settings.check_bounds(check, key);
        settings.settings.read_files();
        check.relation(
            [&key("attempt_timeout_ms"), "operations.call_timeout_ms"],
            settings.attempt_timeout <= operations.call_timeout,
            "must not be more than operations.call_timeout_ms",
            "one attempt would outlive the whole call",
        );
    }
}

impl ProviderSettings {
    fn check_kind(&self, check: &mut Check<'_>, key: &str, known_kinds: &[&str]) {
        if known_kinds.contains(&self.kind.as_str()) {
            return;
        }
        let known = known_kinds.join(", ");
        let hint = match nearest(&self.kind, known_kinds) {
            Some(near) => format!("did you mean `{near}`? This build has: {known}"),
            None => format!("this build has: {known}"),
        };
        check.problem(key, "is not a kind of provider", Some(hint));
    }

    fn check_bounds(&self, check: &mut Check<'_>, key: impl Fn(&str) -> String) {
        check.range(
            &key("concurrency"),
            self.concurrency,
            1..=10_000,
            "0 would let no call through; each call holds a connection",
        );
        check.range(
            &key("rate_per_second"),
            self.rate_per_second,
            0..=100_000,
            "0 is no limit; more than this is none either",
        );
        check.range(
            &key("attempts"),
            self.attempts,
            1..=10,
            "1 is the call itself; a provider that fails ten times is down",
        );
        check.range(
            &key("attempt_timeout_ms"),
            self.attempt_timeout.as_millis(),
            10..=300_000,
            "below it no provider can answer",
        );
        check.range(
            &key("breaker_failures"),
            self.breaker_failures,
            1..=1000,
            "0 would never let a call through",
        );
        check.range(
            &key("breaker_open_ms"),
            self.breaker_open.as_millis(),
            100..=600_000,
            "below it the breaker spares the provider nothing; above it an outage outlasts itself",
        );
    }
}
