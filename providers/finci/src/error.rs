//! What an answer means for the call (dossier section 4). Neither codes nor HTTP statuses are
//! documented: a readable `status: error` is a refusal, whatever the status but 5xx, and all that
//! cannot be read leaves the outcome unknown.

use std::time::Duration;

use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};
use cardmux_provider_kit::json;
use cardmux_provider_kit::transport::StatusCode;

use crate::settings::ErrorCodes;
use crate::wire::envelope::Head;

/// A readable "no".
#[derive(Debug)]
pub struct Refusal {
    pub meaning: Meaning,
    pub error: ProviderError,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Our `external_id` is taken.
    Duplicate,
    /// The owner has an account already.
    AccountExists,
    Other,
}

/// Whether the answer is a success (`None`) or a refusal; an error where it is neither.
pub fn judge(
    status: StatusCode,
    retry_after: Option<Duration>,
    body: &[u8],
    codes: &ErrorCodes,
) -> Result<Option<Refusal>, ProviderError> {
    let head = json::parse::<Head>(body).ok();
    let word = head.as_ref().and_then(|head| head.status.as_deref());
    let errors = head.as_ref().map_or(&[][..], |head| &head.errors);
    if status.is_server_error() {
        let error = ProviderError::unknown(ErrorKind::Unavailable, "FINCI failed");
        return Err(with_codes(error, status, retry_after, errors));
    }
    match word {
        Some("success") if status.is_success() => Ok(None),
        Some("error") => Ok(Some(refusal(status, retry_after, errors, codes))),
        Some(_) | None => Err(unreadable(status, retry_after)),
    }
}

/// Nothing of FINCI's. What stands before it and does not let us in has not handed us on.
fn unreadable(status: StatusCode, retry_after: Option<Duration>) -> ProviderError {
    use ErrorKind::{Malformed, RateLimited, Unauthorized};
    let (kind, outcome, message) = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (
            Unauthorized,
            Outcome::Rejected,
            "FINCI does not let us in; is our address on its list?",
        ),
        StatusCode::TOO_MANY_REQUESTS => {
            (RateLimited, Outcome::Rejected, "FINCI asks to slow down")
        }
        status if status.is_success() => (
            Malformed,
            Outcome::Unknown,
            "FINCI's answer says neither success nor error",
        ),
        _ => (
            Malformed,
            Outcome::Unknown,
            "FINCI answered with an HTTP status nobody documented",
        ),
    };
    let error = ProviderError::new(kind, outcome, message);
    with_codes(error, status, retry_after, &[])
}

fn refusal(
    status: StatusCode,
    retry_after: Option<Duration>,
    errors: &[String],
    codes: &ErrorCodes,
) -> Refusal {
    let has = |known: &[String]| errors.iter().any(|code| known.contains(code));
    let (meaning, error) = if has(&codes.duplicate) {
        // No refusal of what was asked for: a call of ours with it arrived before.
        let message = "FINCI has received this external id before";
        let error = ProviderError::unknown(ErrorKind::DuplicateReference, message);
        (Meaning::Duplicate, error)
    } else if has(&codes.account_exists) {
        let message = "FINCI refused: the owner has an account already";
        let error = ProviderError::rejected(ErrorKind::Refused, message);
        (Meaning::AccountExists, error)
    } else {
        let (kind, message) = if has(&codes.not_found) {
            (ErrorKind::NotFound, "FINCI does not know this")
        } else if has(&codes.unauthorized) {
            let message = "FINCI does not accept our token, time or signature";
            (ErrorKind::Unauthorized, message)
        } else {
            by_status(status)
        };
        (Meaning::Other, ProviderError::rejected(kind, message))
    };
    Refusal {
        meaning,
        error: with_codes(error, status, retry_after, errors),
    }
}

/// Of a refusal whose code says nothing to us.
fn by_status(status: StatusCode) -> (ErrorKind, &'static str) {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            (ErrorKind::Unauthorized, "FINCI does not let us do this")
        }
        StatusCode::TOO_MANY_REQUESTS => (ErrorKind::RateLimited, "FINCI asks to slow down"),
        _ => (ErrorKind::Refused, "FINCI refused"),
    }
}

/// The first code, or the HTTP status where there is none; all of them as its words.
fn with_codes(
    error: ProviderError,
    status: StatusCode,
    retry_after: Option<Duration>,
    errors: &[String],
) -> ProviderError {
    let code = errors.first().cloned();
    let code = code.unwrap_or_else(|| status.as_str().to_owned());
    let words = (errors.len() > 1).then(|| errors.join(", "));
    let words = words.map(|words| cardmux_provider_kit::redact::provider_message(&words));
    error
        .with_provider(Some(code), words)
        .with_retry_after(retry_after)
}

#[cfg(test)]
mod tests;
