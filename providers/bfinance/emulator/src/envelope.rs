//! Every answer's envelope, and the ways a call fails.
//!
//! Documented: `{status, data}`, `{status, message}`, and for errors `{status, message, errorId,
//! data}` without any machine code; 400 validation, 401/403 token or missing grant, 404, 409, 429,
//! 5xx (S1). Assumed: the texts, `e-0001` ids, 400 for business refusals such as low funds, and 404
//! for a method a path does not have.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::quirks::{ErrorStyle, Quirks, TokenRefusal};

#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    Token,
    /// 400: a field, a rule, a state, or the money.
    Invalid(String),
    /// 403: the customer has no access to what was asked for.
    NotGranted(String),
    NotFound(String),
    Conflict(String),
    RateLimited,
    Server,
}

impl Failure {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    pub fn missing(what: &str) -> Self {
        Self::NotFound(format!("{what} not found"))
    }

    pub fn status(&self, quirks: &Quirks) -> StatusCode {
        let own = match self {
            Self::Token => {
                return match quirks.token_refusal {
                    TokenRefusal::Unauthorized => StatusCode::UNAUTHORIZED,
                    TokenRefusal::Forbidden => StatusCode::FORBIDDEN,
                };
            }
            Self::RateLimited => return StatusCode::TOO_MANY_REQUESTS,
            Self::Server => return StatusCode::INTERNAL_SERVER_ERROR,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::NotGranted(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
        };
        match quirks.errors {
            ErrorStyle::Http => own,
            ErrorStyle::InEnvelope => StatusCode::OK,
        }
    }

    pub fn message(&self) -> &str {
        match self {
            Self::Token => "Unauthorized",
            Self::RateLimited => "Too many requests",
            Self::Server => "Internal server error",
            Self::Invalid(message)
            | Self::NotGranted(message)
            | Self::NotFound(message)
            | Self::Conflict(message) => message,
        }
    }
}

/// What a successful call says.
#[derive(Debug)]
pub enum Answer {
    Data(Value),
    Message(&'static str),
    /// Without the envelope: budget card details (D).
    Bare(Value),
}

pub type Answered = Result<Answer, Failure>;

pub fn render(answered: Answered, quirks: &Quirks, error_number: u64) -> (StatusCode, Value) {
    match answered {
        Ok(Answer::Data(data)) => (StatusCode::OK, json!({"status": "success", "data": data})),
        Ok(Answer::Message(message)) => (
            StatusCode::OK,
            json!({"status": "success", "message": message}),
        ),
        Ok(Answer::Bare(body)) => (StatusCode::OK, body),
        Err(failure) => {
            let body = json!({
                "status": "error",
                "message": failure.message(),
                "errorId": format!("e-{error_number:04}"),
                "data": null,
            });
            (failure.status(quirks), body)
        }
    }
}
