use axum::extract::{FromRequest, Request};
use axum::http::header;
use bytes::Bytes;
use futures::StreamExt as _;
use serde::de::DeserializeOwned;

use crate::app::{App, FieldProblem};
use crate::http::codes;
use crate::http::problem::ApiError;

/// A JSON body, and its bytes for the fingerprint.
pub struct Body<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let declared = is_json(&request);
        let bytes = read(request, app.body_limit).await?;
        json(declared, bytes)
    }
}

/// A JSON body as large as a batch may be.
pub struct BatchBody<T>(pub Body<T>);

impl<T: DeserializeOwned> FromRequest<App> for BatchBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let declared = is_json(&request);
        let bytes = read(request, app.batch_body_limit).await?;
        json(declared, bytes).map(Self)
    }
}

fn json<T: DeserializeOwned>(declared: bool, bytes: Bytes) -> Result<Body<T>, ApiError> {
    if !declared {
        let detail = "send `Content-Type: application/json`";
        return Err(ApiError::new(codes::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    Ok(Body {
        value: parse(&bytes)?,
        bytes,
    })
}

/// A JSON body that may be left out; `null`, which some generated clients send for nothing, is taken
/// as that.
pub struct OptionalBody<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let bytes = read(request, app.body_limit).await?;
        let value = if bytes.is_empty() {
            None
        } else {
            parse::<Option<T>>(&bytes)?
        };
        let value = value.unwrap_or_default();
        Ok(Self { value, bytes })
    }
}

fn is_json(request: &Request) -> bool {
    let declared = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    declared.is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
    })
}

/// A client that is still writing when the connection closes sees a broken pipe, not our answer: so
/// this much of an oversized body is taken in and thrown away before it is refused.
const DRAINED: usize = 16 * 1024 * 1024;

async fn read(request: Request, limit: usize) -> Result<Bytes, ApiError> {
    let mut kept = Vec::new();
    let mut seen = 0;
    let mut body = request.into_body().into_data_stream();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| {
            ApiError::new(codes::INVALID_JSON, "the body could not be read to its end")
        })?;
        seen += chunk.len();
        if seen <= limit {
            kept.extend_from_slice(&chunk);
        } else if seen > DRAINED {
            break;
        }
    }
    if seen > limit {
        let detail = format!("at most {limit} bytes are taken");
        return Err(ApiError::new(codes::BODY_TOO_LARGE, detail));
    }
    Ok(kept.into())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.trim_ascii_start().starts_with(b"[")
        && serde_json::from_slice::<serde_json::Value>(bytes).is_ok()
    {
        // serde would read an array as an object's fields in order, which nobody documented.
        let field = FieldProblem::body("", "wrong_shape", "must be a JSON object");
        return Err(ApiError::fields(codes::INVALID_REQUEST, UNFIT, vec![field]));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        misfit(&pointer, &inner)
    })?;
    json.end().map_err(|error| misfit("", &error))?;
    Ok(value)
}

const UNFIT: &str = "the body does not have the documented shape";

/// One value of a body that was read as JSON: each of many can then be wrong by itself. The pointer
/// of the problem begins at the value.
pub fn parse_part<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, FieldProblem> {
    if value.is_array() {
        return Err(FieldProblem::body(
            "",
            "wrong_shape",
            "must be a JSON object",
        ));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer = pointer(error.path());
        misfit_field(&pointer, &error.into_inner())
    })
}

/// Not JSON at all, or JSON of another shape; either way the place is named where it is known.
fn misfit(pointer: &str, error: &serde_json::Error) -> ApiError {
    let field = misfit_field(pointer, error);
    if error.is_data() {
        ApiError::fields(codes::INVALID_REQUEST, UNFIT, vec![field])
    } else {
        ApiError::fields(codes::INVALID_JSON, "the body is not JSON", vec![field])
    }
}

fn misfit_field(pointer: &str, error: &serde_json::Error) -> FieldProblem {
    let detail = error.to_string();
    let quoted = detail.split('`').nth(1).unwrap_or_default();
    let (pointer, code) = if detail.starts_with("missing field") {
        (format!("{pointer}/{}", escape(quoted)), "required")
    } else if detail.starts_with("unknown field") {
        let named = pointer.ends_with(&format!("/{}", escape(quoted)));
        let rest = if named {
            String::new()
        } else {
            format!("/{}", escape(quoted))
        };
        (format!("{pointer}{rest}"), "unknown_field")
    } else {
        (pointer.to_owned(), "wrong_shape")
    };
    FieldProblem::body(pointer, code, detail)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escape(key))),
            Segment::Enum { variant } => pointer.push_str(&format!("/{}", escape(variant))),
            Segment::Unknown => {}
        }
        pointer
    })
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
