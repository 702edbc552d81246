//! Requests to the gateway, and what it answers.

use std::time::Duration;

use cardmux_domain::secret::{ExposeSecret as _, SecretString};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::file::{Row, listed};

/// A batch of ten thousand is stored within seconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// Rows of a page, the most the gateway gives by default.
const PAGE: usize = 200;

#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// No answer, or one that says to come again.
    #[error("the gateway cannot be reached: {0}")]
    Unreachable(String),
    #[error("the gateway refuses: {0}")]
    Refused(Problem),
    #[error("the answer cannot be used: {0}")]
    Unusable(String),
}

#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    code: String,
    detail: String,
    #[serde(default)]
    errors: Vec<FieldError>,
}

#[derive(Debug, Deserialize)]
struct FieldError {
    #[serde(default)]
    pointer: Option<String>,
    detail: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.detail, self.code)
    }
}

impl Problem {
    /// The same with the lines of the file in place of the places in the request.
    pub fn by_line(&self, rows: &[Row]) -> String {
        let fields = self.errors.iter().map(|error| {
            let pointer = error.pointer.as_deref().unwrap_or_default();
            let place = in_file(pointer, rows).unwrap_or_else(|| pointer.to_owned());
            format!("{place}: {}", error.detail)
        });
        format!("the gateway refuses: {self}\n{}", listed(fields.collect()))
    }
}

/// `/items/17/label` is the label of that row's line.
fn in_file(pointer: &str, rows: &[Row]) -> Option<String> {
    let rest = pointer.strip_prefix("/items/")?;
    let (index, field) = rest.split_once('/').unwrap_or((rest, ""));
    let row = rows.get(index.parse::<usize>().ok()?)?;
    Some(format!("line {} {field}", row.line).trim_end().to_owned())
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Batch {
    pub id: String,
    pub status: String,
    pub total: u64,
    pub counts: Counts,
}

impl Batch {
    pub fn is_open(&self) -> bool {
        self.status == "processing"
    }
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct Counts {
    pub succeeded: u64,
    pub failed: u64,
    pub cancelled: u64,
}

impl Counts {
    pub fn decided(self) -> u64 {
        self.succeeded + self.failed + self.cancelled
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    pub index: usize,
    pub status: String,
    pub card_id: Option<String>,
    pub operation_id: Option<String>,
    pub attempts: u32,
    pub error: Option<ItemError>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ItemError {
    pub code: String,
    pub detail: String,
    pub pointer: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemPage {
    pub data: Vec<Item>,
    pub next_cursor: Option<String>,
}

pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    key: SecretString,
}

impl Client {
    pub fn new(base: Url, key: SecretString) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("cardmux/", env!("CARGO_PKG_VERSION")))
            .timeout(ANSWER_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| ClientError::Unusable(error.to_string()))?;
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { http, base, key })
    }

    /// The batch, and whether an earlier request with this key made it.
    pub async fn post_batch(&self, body: &Value, key: &str) -> Result<(Batch, bool), ClientError> {
        let request = self
            .request(Method::POST, "")
            .header("Idempotency-Key", key);
        let response = send(request.json(body)).await?;
        let replayed = response.headers().contains_key("idempotent-replayed");
        Ok((read(response).await?, replayed))
    }

    pub async fn batch(&self, id: &str) -> Result<Batch, ClientError> {
        let request = self.request(Method::GET, &format!("/{id}"));
        read(send(request).await?).await
    }

    /// A page of items; all of them, or those of a status.
    pub async fn items(
        &self,
        id: &str,
        status: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<ItemPage, ClientError> {
        // Both are plain words of the gateway's own.
        let mut path = format!("/{id}/items?limit={PAGE}");
        for (name, value) in [("status", status), ("cursor", cursor)] {
            if let Some(value) = value {
                path.push_str(&format!("&{name}={value}"));
            }
        }
        read(send(self.request(Method::GET, &path)).await?).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/v1/card-batches{path}", self.base);
        self.http
            .request(method, url)
            .bearer_auth(self.key.expose_secret())
    }
}

async fn send(request: RequestBuilder) -> Result<Response, ClientError> {
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return Err(ClientError::Unreachable(status.to_string()));
    }
    let text = response.text().await.map_err(unreachable)?;
    Err(match serde_json::from_str(&text) {
        Ok(problem) => ClientError::Refused(problem),
        Err(_) => ClientError::Unusable(format!("{status}; is this a gateway?")),
    })
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ClientError> {
    let text = response.text().await.map_err(unreachable)?;
    serde_json::from_str(&text).map_err(|error| ClientError::Unusable(error.to_string()))
}

fn unreachable(error: reqwest::Error) -> ClientError {
    let error = error.without_url();
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    ClientError::Unreachable(cause.unwrap_or_else(|| error.to_string()))
}
