use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::fields;

/// `[worker]`: background jobs of this process.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    pub enabled: bool,
    #[serde(rename = "idle_ms", with = "fields::millis")]
    pub idle: Duration,
    pub batch: u32,
    pub concurrency: usize,
    #[serde(rename = "catalogue_interval_ms", with = "fields::millis")]
    pub catalogue_interval: Duration,
    #[serde(rename = "transactions_interval_ms", with = "fields::millis")]
    pub transactions_interval: Duration,
    pub webhook_attempts: u32,
}

impl Worker {
    pub(super) fn check(&self, check: &mut Check<'_>) {
        check.range(
            "worker.idle_ms",
            self.idle.as_millis(),
            10..=60_000,
            "below it an idle worker keeps the database busy; above it jobs start late",
        );
        let claims = "claimed jobs wait in memory while their lease runs";
        check.range("worker.batch", self.batch, 1..=1000, claims);
        check.range("worker.concurrency", self.concurrency, 1..=1000, claims);
        check.range(
            "worker.catalogue_interval_ms",
            self.catalogue_interval.as_millis(),
            1000..=86_400_000,
            "providers limit listing calls; a card type that closed should show within a day",
        );
        check.range(
            "worker.transactions_interval_ms",
            self.transactions_interval.as_millis(),
            1000..=86_400_000,
            "providers limit listing calls; what a webhook did not bring should show within a day",
        );
        check.range(
            "worker.webhook_attempts",
            self.webhook_attempts,
            1..=1000,
            "0 would never process a webhook",
        );
    }
}
