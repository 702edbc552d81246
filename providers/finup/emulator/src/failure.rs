//! The ways a call fails, and what each is on the wire.
//!
//! Documented: 401, 403, 404, 418 and 420, without any body and without a meaning of the last two
//! (dossier 9). Assumed: NestJS's default body, and 400 (with a list of messages), 429 and 5xx,
//! which no page lists.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::quirks::ErrorBody;
use crate::script::Refusal;

#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// What a validator says about the request.
    Invalid(String),
    Unauthorized,
    Forbidden(&'static str),
    NotFound(String),
    RateLimited,
    Server,
    /// A definitive refusal by the provider's rules, with its configured status.
    Business(u16, &'static str),
    /// A refusal worded by the test.
    Scripted(Refusal),
}

impl Failure {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    pub fn not_found(what: &str) -> Self {
        Self::NotFound(format!("{what} not found"))
    }

    pub fn status(&self) -> StatusCode {
        let code = match self {
            Self::Invalid(_) => return StatusCode::BAD_REQUEST,
            Self::Unauthorized => return StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => return StatusCode::FORBIDDEN,
            Self::NotFound(_) => return StatusCode::NOT_FOUND,
            Self::RateLimited => return StatusCode::TOO_MANY_REQUESTS,
            Self::Server => return StatusCode::INTERNAL_SERVER_ERROR,
            Self::Business(code, _) => *code,
            Self::Scripted(refusal) => refusal.status,
        };
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub fn message(&self) -> String {
        match self {
            Self::Invalid(message) | Self::NotFound(message) => message.clone(),
            Self::Unauthorized => "Unauthorized".to_owned(),
            Self::Forbidden(message) | Self::Business(_, message) => (*message).to_owned(),
            Self::RateLimited => "ThrottlerException: Too Many Requests".to_owned(),
            Self::Server => "Internal server error".to_owned(),
            Self::Scripted(_) => "Refused on purpose".to_owned(),
        }
    }

    /// Content type and body.
    pub fn body(&self, shape: ErrorBody) -> (Option<&'static str>, String) {
        const JSON: Option<&str> = Some("application/json; charset=utf-8");
        const TEXT: Option<&str> = Some("text/plain; charset=utf-8");
        if let Self::Scripted(refusal) = self {
            return match &refusal.body {
                Value::Null => (None, String::new()),
                Value::String(text) => (TEXT, text.clone()),
                body @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                    (JSON, body.to_string())
                }
            };
        }
        match shape {
            ErrorBody::Nest => (JSON, self.nest().to_string()),
            ErrorBody::Empty => (None, String::new()),
            ErrorBody::Text => (TEXT, self.message()),
        }
    }

    fn nest(&self) -> Value {
        let status = self.status();
        let message = match self {
            Self::Invalid(message) => json!([message]),
            Self::Unauthorized
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::RateLimited
            | Self::Server
            | Self::Business(..)
            | Self::Scripted(_) => json!(self.message()),
        };
        let mut body = json!({"statusCode": status.as_u16(), "message": message});
        // 420 has no reason phrase; Nest leaves the member out then.
        if let (Some(reason), Some(fields)) = (status.canonical_reason(), body.as_object_mut()) {
            fields.insert("error".to_owned(), json!(reason));
        }
        body
    }
}
