use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::fields;

/// `[api]`: the `/v1` surface.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub error_base_url: String,
    pub default_page_size: u32,
    pub max_page_size: u32,
    #[serde(rename = "key_cache_seconds", with = "fields::seconds")]
    pub key_cache: Duration,
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
            "api.key_cache_seconds",
            self.key_cache.as_secs(),
            0..=300,
            "a revoked key works for this long on other replicas; 0 looks each key up",
        );
    }
}
