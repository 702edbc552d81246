use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::{RateLimit, fields};

/// `[api]`: the `/v1` surface.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub error_base_url: String,
    pub default_page_size: u32,
    pub max_page_size: u32,
    #[serde(rename = "key_cache_seconds", with = "fields::seconds")]
    pub key_cache: Duration,
    /// How often the secrets of one card may be read, on one node.
    pub reveals_per_minute: NonZeroU32,
    pub batch_body_bytes: usize,
    pub batch_items_max: usize,
    /// Of every tenant that has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}

impl Api {
    pub(super) fn check(&self, check: &mut Check<'_>) {
        if !self.error_base_url.ends_with('/') {
            let hint = "the error's code is put directly behind it";
            check.problem(
                "api.error_base_url",
                "must end with a slash",
                Some(hint.into()),
            );
        }
        if let Some(limit) = &self.rate_limit {
            limit.check("api.rate_limit", check);
        }
        let why = "a page is read and held whole";
        check.range("api.max_page_size", self.max_page_size, 1..=1000, why);
        check.range(
            "api.default_page_size",
            self.default_page_size,
            1..=1000,
            why,
        );
        check.relation(
            ["api.default_page_size", "api.max_page_size"],
            self.default_page_size <= self.max_page_size,
            "must not be more than api.max_page_size",
            "a list without `limit` would be refused",
        );
        check.range(
            "api.batch_body_bytes",
            self.batch_body_bytes,
            1024..=16 * 1024 * 1024,
            "below 1 KiB no batch fits; a body is held in memory whole",
        );
        check.range(
            "api.batch_items_max",
            self.batch_items_max,
            1..=10_000,
            "the cards of a batch are stored in one transaction, which others wait for",
        );
        check.range(
            "api.key_cache_seconds",
            self.key_cache.as_secs(),
            0..=300,
            "a revoked key works for this long on other replicas; 0 looks each key up",
        );
    }
}
