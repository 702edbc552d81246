use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::fields;

/// `[api.rate_limit]`, `[tenants.<name>.rate_limit]`: how many requests a tenant may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// At once, and within `window` in the long run; 0 is no limit.
    pub requests: u32,
    #[serde(
        rename = "window_seconds",
        default = "minute",
        with = "fields::seconds"
    )]
    pub window: Duration,
}

fn minute() -> Duration {
    Duration::from_secs(60)
}

impl RateLimit {
    pub(super) fn check(&self, key: &str, check: &mut Check<'_>) {
        let Self { requests, window } = self;
        check.range(
            &format!("{key}.requests"),
            *requests,
            0..=1_000_000,
            "0 is no limit, and more than this in a window is none either",
        );
        check.range(
            &format!("{key}.window_seconds"),
            window.as_secs(),
            1..=86_400,
            "a limit that takes longer than a day to come back is a contract, not a rate",
        );
    }
}
