//! The only place that builds an HTTP client, and the only one that sends.
//!
//! What matters about a failed call is whether it may have happened. The client library's own
//! `is_request` proves nothing: a server that read the whole request and closed without an answer
//! gives it too. So a failure is [`Outcome::NotSent`] only where no connection came about, or the
//! request could not be built; everything else is [`Outcome::Unknown`]. `tests/transport.rs` proves
//! each case on sockets.
//!
//! Hidden repetitions and redirects are off: the gateway's guard counts and logs every attempt.
//! The time for a whole call is the guard's too; here is only the shorter time for connecting,
//! because a timeout while connecting can be told apart from others only if it is the client's own.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};
pub use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, Request, StatusCode};
pub use url::Url;

/// The longest answer that is read. The largest documented answers are pages of 100 records of
/// about a kilobyte; forty times that is no longer an answer.
pub const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// What can be set about the transport of one provider instance.
#[derive(Debug, Clone, Copy)]
pub struct TransportSettings {
    /// Must be shorter than the time the guard gives an attempt, see the module's documentation.
    pub connect_timeout: Duration,
    /// Whether connections are kept for the next call. The buffer of an idle one still holds the end
    /// of the last answer: not where answers that are read all the time carry card numbers.
    pub keep_connections: bool,
}

/// A connection pool to one provider.
#[derive(Debug, Clone)]
pub struct Transport {
    client: reqwest::Client,
}

/// An answer that was read to its end; whether it is a good one is the adapter's to say.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    /// Names in lower case; values that are not text are left out.
    pub headers: BTreeMap<String, String>,
    pub body: Bytes,
}

impl Answer {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The `Retry-After` of a 429 or 503, where it is given in seconds.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.header("retry-after")?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }
}

impl Transport {
    pub fn new(settings: TransportSettings) -> Result<Self, ProviderError> {
        let idle = if settings.keep_connections {
            usize::MAX
        } else {
            0
        };
        let client = reqwest::Client::builder()
            .pool_max_idle_per_host(idle)
            .user_agent(concat!("cardmux/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect_timeout)
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| {
                let message = "the HTTP client cannot be set up";
                ProviderError::not_sent(ErrorKind::Settings, message)
                    .with_source(error.without_url())
            })?;
        Ok(Self { client })
    }

    /// Send a request and read its answer, of any status.
    pub async fn send(&self, request: Request) -> Result<Answer, ProviderError> {
        let response = self.client.execute(request).await.map_err(failure)?;
        let status = response.status();
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            })
            .collect();
        let body = read(response).await?;
        Ok(Answer {
            status,
            headers,
            body,
        })
    }
}

async fn read(mut response: reqwest::Response) -> Result<Bytes, ProviderError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len().saturating_add(chunk.len()) > MAX_ANSWER_BYTES {
            let message = "the provider's answer is longer than 4 MiB";
            return Err(ProviderError::unknown(ErrorKind::Malformed, message));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The order of the questions matters: a connect timeout is also `is_timeout`, and everything is
/// `is_request`. The URL is taken out of the error, because paths and queries may hold secrets.
fn failure(error: reqwest::Error) -> ProviderError {
    let (kind, outcome, message) = if error.is_builder() {
        (
            ErrorKind::Settings,
            Outcome::NotSent,
            "the request to the provider cannot be built",
        )
    } else if error.is_connect() {
        (
            ErrorKind::Unreachable,
            Outcome::NotSent,
            "no connection to the provider",
        )
    } else if error.is_timeout() {
        (
            ErrorKind::Timeout,
            Outcome::Unknown,
            "the provider did not answer in time",
        )
    } else {
        let message = "the connection to the provider broke before its answer was complete";
        (ErrorKind::Interrupted, Outcome::Unknown, message)
    };
    ProviderError::new(kind, outcome, message).with_source(error.without_url())
}
