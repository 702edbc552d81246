use std::time::Duration;

use cardmux_domain::secret::SecretString;
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::{fields, secret};

/// `[decisions]`: answers to real-time authorizations.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Decisions {
    #[serde(rename = "margin_ms", with = "fields::millis")]
    pub margin: Duration,
    pub hold_days: u32,
    pub backtest_max: u64,
}

impl Decisions {
    pub(super) fn check(&self, check: &mut Check<'_>) {
        check.range(
            "decisions.margin_ms",
            self.margin.as_millis(),
            50..=1000,
            "the way to the provider needs some of its time, and bfinance waits 1.2 seconds in all",
        );
        check.range(
            "decisions.hold_days",
            u128::from(self.hold_days),
            1..=60,
            "networks give merchants days to present, not months",
        );
        check.range(
            "decisions.backtest_max",
            u128::from(self.backtest_max),
            1..=1_000_000,
            "they are held in memory together",
        );
    }
}

/// `[tenants.<name>.decisions]`: who decides beyond rules and funds.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TenantDecisions {
    /// Asked after rules and funds said yes; it may still say no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Signs what the endpoint is sent.
    #[serde(
        default,
        deserialize_with = "secret::read_optional",
        serialize_with = "secret::show_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub endpoint_secret: Option<SecretString>,
    /// At most; the provider's deadline may leave less.
    #[serde(
        rename = "endpoint_timeout_ms",
        default = "endpoint_timeout",
        with = "fields::millis"
    )]
    pub endpoint_timeout: Duration,
    #[serde(default)]
    pub stand_in: StandIn,
}

/// What is answered when the endpoint gives no answer in time: approved only if all that is set
/// holds; with nothing set, declined.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StandIn {
    /// Amounts up to this one: `"50.00 EUR"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<String>,
    /// Only merchants the card has paid before.
    #[serde(default)]
    pub known_merchants: bool,
}

/// Above it an endpoint is broken, not slow: the longest a provider waits is 3 seconds.
const ENDPOINT_TIMEOUT_MAX: u64 = 3000;

fn endpoint_timeout() -> Duration {
    Duration::from_secs(1)
}

impl StandIn {
    /// The ceiling as it was checked.
    pub fn ceiling(&self) -> Option<cardmux_domain::money::Money> {
        self.ceiling
            .as_deref()
            .and_then(fields::optional_money::parse)
    }
}

impl TenantDecisions {
    pub(super) fn check(&self, key: &str, check: &mut Check<'_>) {
        let Self {
            endpoint,
            endpoint_secret,
            endpoint_timeout,
            stand_in,
        } = self;
        if let Some(endpoint) = endpoint {
            let http = reqwest::Url::parse(endpoint)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !http {
                check.problem(&format!("{key}.endpoint"), "is no http(s) URL", None);
            }
            if endpoint_secret.is_none() {
                check.problem(
                    &format!("{key}.endpoint_secret"),
                    "is missing",
                    Some(
                        "the endpoint could not tell the gateway's questions from anybody's".into(),
                    ),
                );
            }
        }
        check.range(
            &format!("{key}.endpoint_timeout_ms"),
            endpoint_timeout.as_millis(),
            50..=ENDPOINT_TIMEOUT_MAX,
            "a provider waits 3 seconds at most",
        );
        if stand_in.ceiling.is_some() && stand_in.ceiling().is_none() {
            let hint = Some("an amount, a space, a currency: \"50.00 EUR\"".into());
            check.problem(&format!("{key}.stand_in.ceiling"), "is no amount", hint);
        }
    }
}
