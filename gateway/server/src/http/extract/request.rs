use std::str::FromStr;
use std::time::Duration;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::app::idempotency::Request;
use crate::app::{App, FieldProblem};
use crate::http::codes;
use crate::http::middleware::RequestId;
use crate::http::problem::ApiError;

/// An id out of the path. One that cannot be an id of that kind does not exist.
pub struct PathId<T>(pub T);

impl<T: FromStr + Send> FromRequestParts<App> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, app).await;
        let text = text.map(|Path(text)| text).unwrap_or_default();
        text.parse().map(Self).map_err(|_| {
            ApiError::new(
                codes::RESOURCE_NOT_FOUND,
                "the id in the path is none of this kind",
            )
        })
    }
}

/// Several parts of the path, by their names. What cannot be read leads to nothing.
pub struct PathParts<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for PathParts<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let path = Path::<T>::from_request_parts(parts, app).await;
        path.map(|Path(value)| Self(value))
            .map_err(|_| ApiError::new(codes::RESOURCE_NOT_FOUND, "the path is none of a resource"))
    }
}

/// What a changing request says beside its body: id, `Idempotency-Key`, `Prefer: wait`.
pub struct Meta {
    pub id: String,
    method: &'static str,
    path: String,
    key: Option<String>,
    wait: Option<Duration>,
}

impl Meta {
    pub fn with_body(self, body: bytes::Bytes) -> Request {
        let Self {
            id,
            method,
            path,
            key,
            wait,
        } = self;
        Request {
            id,
            method,
            path,
            body,
            key,
            wait,
        }
    }
}

impl FromRequestParts<App> for Meta {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let id = parts
            .extensions
            .get::<RequestId>()
            .map(|id| id.0.to_string());
        Ok(Self {
            id: id.unwrap_or_default(),
            method: if parts.method == axum::http::Method::PATCH {
                "PATCH"
            } else {
                "POST"
            },
            path: parts.uri.path().to_owned(),
            key: idempotency_key(parts)?,
            wait: wait(parts, app.engine.policy().wait_max)?,
        })
    }
}

/// As the draft has it a quoted string; bare keys are common and taken as well.
fn idempotency_key(parts: &Parts) -> Result<Option<String>, ApiError> {
    let mut values = parts.headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(text);
    let fits =
        (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
    if fits && values.next().is_none() {
        return Ok(Some(key.to_owned()));
    }
    let detail = "one key of 1 to 255 visible ASCII characters, such as a UUID";
    Err(bad_header("Idempotency-Key", "bad_key", detail))
}

/// `Prefer: wait=N` (RFC 7240), N in seconds. Longer waits are cut to the configured maximum, as a
/// preference may be.
fn wait(parts: &Parts, most: Duration) -> Result<Option<Duration>, ApiError> {
    let preferences = parts
        .headers
        .get_all("prefer")
        .iter()
        .filter_map(|v| v.to_str().ok());
    let wanted = preferences
        .flat_map(|value| value.split([',', ';']))
        .find_map(|part| part.trim().strip_prefix("wait="));
    let Some(wanted) = wanted else {
        return Ok(None);
    };
    let seconds: u64 = wanted
        .trim()
        .parse()
        .map_err(|_| bad_header("Prefer", "bad_wait", "`wait` takes whole seconds"))?;
    Ok(Some(Duration::from_secs(seconds).min(most)).filter(|wait| !wait.is_zero()))
}

fn bad_header(name: &'static str, code: &'static str, detail: &str) -> ApiError {
    let field = FieldProblem::header(name, code, detail);
    ApiError::fields(codes::INVALID_HEADER, "see `errors`", vec![field])
}
