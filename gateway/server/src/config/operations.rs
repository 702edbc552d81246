use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::fields;

/// `[operations]`: the engine that carries out changes at providers.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Operations {
    #[serde(rename = "call_timeout_ms", with = "fields::millis")]
    pub call_timeout: Duration,
    #[serde(rename = "lease_margin_ms", with = "fields::millis")]
    pub lease_margin: Duration,
    #[serde(rename = "wait_max_seconds", with = "fields::seconds")]
    pub wait_max: Duration,
    #[serde(rename = "poll_first_ms", with = "fields::millis")]
    pub poll_first: Duration,
    #[serde(rename = "poll_max_ms", with = "fields::millis")]
    pub poll_max: Duration,
    #[serde(rename = "attention_after_ms", with = "fields::millis")]
    pub attention_after: Duration,
}

impl Operations {
    /// How long an operation belongs to whoever took it: longer than its call by construction, so
    /// that nobody else can take it while the call is still under way.
    pub fn lease(&self) -> Duration {
        self.call_timeout + self.lease_margin
    }

    pub(super) fn check(&self, check: &mut Check<'_>) {
        check.range(
            "operations.call_timeout_ms",
            self.call_timeout.as_millis(),
            100..=300_000,
            "below it no provider can answer; above it the operation is stuck, not slow",
        );
        check.range(
            "operations.lease_margin_ms",
            self.lease_margin.as_millis(),
            1000..=300_000,
            "the lease must outlive the call by the time it takes to write the result, and \
             replicas' clocks differ",
        );
        check.range(
            "operations.wait_max_seconds",
            self.wait_max.as_secs(),
            0..=120,
            "proxies give up on longer waits; 0 always answers at once",
        );
        let poll = "0 would ask without a pause";
        check.range(
            "operations.poll_first_ms",
            self.poll_first.as_millis(),
            10..=3_600_000,
            poll,
        );
        check.range(
            "operations.poll_max_ms",
            self.poll_max.as_millis(),
            10..=3_600_000,
            poll,
        );
        check.range(
            "operations.attention_after_ms",
            self.attention_after.as_millis(),
            1000..=604_800_000,
            "an unclear outcome older than a week is not going to clear up by itself",
        );
        check.relation(
            ["operations.poll_first_ms", "operations.poll_max_ms"],
            self.poll_first <= self.poll_max,
            "must not be more than operations.poll_max_ms",
            "the pause grows from the first to the longest",
        );
        check.relation(
            [
                "operations.attention_after_ms",
                "operations.call_timeout_ms",
            ],
            self.attention_after > self.lease(),
            "must be longer than call_timeout_ms and lease_margin_ms together",
            "or operations reach the operator's queue while their call is still under way",
        );
    }
}
