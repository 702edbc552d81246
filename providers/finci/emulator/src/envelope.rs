//! Every answer's head, and the ways a call fails.
//!
//! Documented: `status` (`success`, `error`) and `errors`, an array of bare codes (D). Our choice:
//! every code, the statuses 401, 404 (a path that is not served), 429 and 500, and that `errors` of
//! a success is `[]`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::put;
use crate::quirks::{ErrorStyle, Quirks, SuccessErrors};

#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// 401, with its code.
    Unauthorized(&'static str),
    /// A refusal of the request as it is.
    Refused(String),
    /// A refusal because of what is there already.
    Conflict(&'static str),
    /// A taken `external_id`, and where the existing record's id would be shown.
    Duplicate {
        field: &'static str,
        id: String,
    },
    /// An id nobody has.
    NotFound,
    /// No such path or method.
    Path,
    RateLimited,
    Server,
}

impl Failure {
    pub fn missing(name: &str) -> Self {
        Self::Refused(format!("MISSING_FIELD:{name}"))
    }

    pub fn invalid(name: &str) -> Self {
        Self::Refused(format!("INVALID_FIELD:{name}"))
    }

    pub fn code(&self) -> &str {
        match self {
            Self::Unauthorized(code) | Self::Conflict(code) => code,
            Self::Refused(code) => code,
            Self::Duplicate { .. } => "EXTERNAL_ID_EXISTS",
            Self::NotFound | Self::Path => "NOT_FOUND",
            Self::RateLimited => "RATE_LIMITED",
            Self::Server => "INTERNAL_ERROR",
        }
    }

    fn status(&self, quirks: &Quirks) -> StatusCode {
        let own = match self {
            Self::Unauthorized(_) => return StatusCode::UNAUTHORIZED,
            Self::Path => return StatusCode::NOT_FOUND,
            Self::RateLimited => return StatusCode::TOO_MANY_REQUESTS,
            Self::Server => return StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused(_) | Self::NotFound => StatusCode::BAD_REQUEST,
            Self::Conflict(_) | Self::Duplicate { .. } => StatusCode::CONFLICT,
        };
        match quirks.errors {
            ErrorStyle::InEnvelope => StatusCode::OK,
            ErrorStyle::Http => own,
        }
    }
}

/// The fields of a success beside the head.
pub type Answered = Result<Value, Failure>;

pub fn render(answered: Answered, quirks: &Quirks) -> (StatusCode, Value) {
    match answered {
        Ok(mut body) => {
            put(&mut body, "status", json!("success"));
            match quirks.success_errors {
                SuccessErrors::Empty => put(&mut body, "errors", json!([])),
                SuccessErrors::Null => put(&mut body, "errors", Value::Null),
                SuccessErrors::Absent => {}
            }
            (StatusCode::OK, body)
        }
        Err(failure) => {
            let mut body = json!({"status": "error", "errors": [failure.code()]});
            if let (true, Failure::Duplicate { field, id }) = (quirks.duplicate_shows_id, &failure)
            {
                put(&mut body, field, json!(id));
            }
            (failure.status(quirks), body)
        }
    }
}
