use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use bytes::Bytes;
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
        let bytes = read(request, app).await?;
        if !declared {
            let detail = "send `Content-Type: application/json`";
            return Err(ApiError::new(codes::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        Ok(Self {
            value: parse(&bytes)?,
            bytes,
        })
    }
}

/// A JSON body that may be left out.
pub struct OptionalBody<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let bytes = read(request, app).await?;
        let value = if bytes.is_empty() {
            T::default()
        } else {
            parse(&bytes)?
        };
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

async fn read(request: Request, app: &App) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, app)
        .await
        .map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::new(
                    codes::BODY_TOO_LARGE,
                    "the body is larger than this gateway takes",
                )
            } else {
                ApiError::new(codes::INVALID_JSON, "the body could not be read to its end")
            }
        })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        misfit(&pointer, &inner)
    })?;
    json.end().map_err(|error| misfit("", &error))?;
    Ok(value)
}

/// Not JSON at all, or JSON of another shape; either way the place is named where it is known.
fn misfit(pointer: &str, error: &serde_json::Error) -> ApiError {
    let field = FieldProblem::body(pointer, "wrong_shape", error.to_string());
    if error.is_data() {
        ApiError::fields(
            codes::INVALID_REQUEST,
            "the body does not have the documented shape",
            vec![field],
        )
    } else {
        ApiError::fields(codes::INVALID_JSON, "the body is not JSON", vec![field])
    }
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
