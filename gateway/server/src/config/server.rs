use std::net::SocketAddr;
use std::time::Duration;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use url::Url;

use super::check::Check;
use super::fields;
use super::operations::Operations;

/// `[server]`: the HTTP listener.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
    pub body_limit_bytes: usize,
    #[serde(rename = "request_timeout_ms", with = "fields::millis")]
    pub request_timeout: Duration,
    #[serde(rename = "shutdown_grace_ms", with = "fields::millis")]
    pub shutdown_grace: Duration,
    #[serde(
        default,
        with = "fields::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub public_url: Option<Url>,
}

impl Server {
    pub(super) fn check(&self, check: &mut Check<'_>, operations: &Operations) {
        check.range(
            "server.body_limit_bytes",
            self.body_limit_bytes,
            1024..=16 * 1024 * 1024,
            "below 1 KiB no card can be issued; a body is held in memory whole",
        );
        check.range(
            "server.request_timeout_ms",
            self.request_timeout.as_millis(),
            100..=600_000,
            "a request that may last for ever holds its connection for ever",
        );
        check.range(
            "server.shutdown_grace_ms",
            self.shutdown_grace.as_millis(),
            0..=600_000,
            "supervisors kill a process that takes longer",
        );
        check.relation(
            ["server.request_timeout_ms", "operations.wait_max_seconds"],
            self.request_timeout > operations.wait_max,
            "must be longer than operations.wait_max_seconds",
            "or a client that waits as long as it may gets a timeout in place of its answer",
        );
        let is_http = |url: &Url| matches!(url.scheme(), "http" | "https");
        if self.public_url.as_ref().is_some_and(|url| !is_http(url)) {
            let hint = "as in https://cards.example.com";
            check.problem(
                "server.public_url",
                "must begin with http(s)://",
                Some(hint.into()),
            );
        }
    }
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    let wanted = "is not an IP address and port, as in 127.0.0.1:8080 or [::]:8080";
    String::deserialize(from)?
        .parse()
        .map_err(|_| D::Error::custom(wanted))
}
