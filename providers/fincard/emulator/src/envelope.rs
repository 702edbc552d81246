//! Every answer's envelope, and the ways a call fails.
//!
//! Documented: `{success, code, msg, data}`; a business failure is HTTP 200 with code -1 (F-doc) or
//! 40002 (W-prod, upstream); a missing context header is HTTP 400 with code 500 (F-doc); a bad or
//! expired token is 401/401; a server error is 5xx/500. Assumed: 401/401 for a bad API key or
//! signature and for a wrong tenant, 400/500 for a body that is no JSON object or a wrong content
//! type, 404/404, 405/405, 429/429, and code -1/40002 for a duplicate order number, whose numeric
//! code nobody recorded.

use axum::http::StatusCode;
use serde::Serialize;

use crate::json::Json;
use crate::options::Dialect;

#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    MissingHeaders(Vec<&'static str>),
    BadRequest(&'static str),
    Unauthorized(&'static str),
    NotFound,
    Method,
    RateLimited,
    Server,
    /// A definitive refusal by the provider's rules.
    Business(String),
}

impl Failure {
    pub fn business(message: impl Into<String>) -> Self {
        Self::Business(message.into())
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::MissingHeaders(_) | Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Server => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Business(_) => StatusCode::OK,
        }
    }

    fn code(&self, dialect: Dialect) -> i32 {
        match self {
            Self::MissingHeaders(_) | Self::BadRequest(_) | Self::Server => 500,
            Self::Unauthorized(_) => 401,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::RateLimited => 429,
            Self::Business(_) => match dialect {
                Dialect::Finhub => -1,
                Dialect::Upstream => 40002,
            },
        }
    }

    pub fn message(&self) -> String {
        match self {
            Self::MissingHeaders(names) => {
                format!("Missing required header(s): {}", names.join(", "))
            }
            Self::BadRequest(message) | Self::Unauthorized(message) => (*message).to_owned(),
            Self::NotFound => "Not found".to_owned(),
            Self::Method => "Method not allowed".to_owned(),
            Self::RateLimited => "Too many requests".to_owned(),
            Self::Server => "Internal server error".to_owned(),
            Self::Business(message) => message.clone(),
        }
    }
}

/// A successful answer's body. The one call that is not wrapped says so.
pub enum Success {
    Data(Json),
    /// Login variant A answers its fields at the top level (F-doc).
    Bare(Json),
}

#[derive(Serialize)]
struct Envelope<'a> {
    success: bool,
    code: i32,
    msg: &'a str,
    data: &'a Json,
}

/// Status and exact bytes of an answer.
pub fn render(result: &Result<Success, Failure>, dialect: Dialect) -> (StatusCode, Vec<u8>) {
    let encoded = match result {
        Ok(Success::Bare(json)) => serde_json::to_vec(json),
        Ok(Success::Data(data)) => serde_json::to_vec(&Envelope {
            success: true,
            code: 200,
            msg: "Success",
            data,
        }),
        Err(failure) => serde_json::to_vec(&Envelope {
            success: false,
            code: failure.code(dialect),
            msg: &failure.message(),
            data: &Json::Null,
        }),
    };
    let status = result
        .as_ref()
        .map_or_else(Failure::status, |_| StatusCode::OK);
    encoded.map_or((StatusCode::INTERNAL_SERVER_ERROR, Vec::new()), |body| {
        (status, body)
    })
}
