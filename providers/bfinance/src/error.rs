//! What an answer means for the call (dossier section 1, "Errors"): by HTTP status first, because
//! there is no machine code; words only choose among names for a refusal.

use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};
use cardmux_provider_kit::json;
use cardmux_provider_kit::redact;
use cardmux_provider_kit::transport::StatusCode;

use crate::wire::envelope::Head;

/// How a successful answer holds its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Wrapped,
    /// The contents are the whole answer.
    Bare,
}

/// What can be told about an answer beside its body.
pub struct Reception {
    pub status: StatusCode,
    pub retry_after: Option<std::time::Duration>,
    /// The call's answers may come without envelope.
    pub bare: bool,
    /// The provider's words may repeat a secret of the request, and are not kept.
    pub confidential: bool,
}

/// Words of refusals, in lower case, and what they name. No catalogue exists; "insufficient
/// balance" is from a page (D), the others are inferred.
const PATTERNS: [(&str, ErrorKind); 7] = [
    ("insufficient", ErrorKind::InsufficientFunds),
    ("not enough", ErrorKind::InsufficientFunds),
    ("low balance", ErrorKind::InsufficientFunds),
    ("not found", ErrorKind::NotFound),
    ("not exist", ErrorKind::NotFound),
    ("too many requests", ErrorKind::RateLimited),
    ("rate limit", ErrorKind::RateLimited),
];

/// Whether the answer is a success, and how it holds its contents.
pub fn accept(reception: &Reception, body: &[u8]) -> Result<Shape, ProviderError> {
    if !reception.status.is_success() {
        return Err(by_status(reception, body));
    }
    let head: Head = json::parse(body)?;
    match head.status.as_deref() {
        Some("success") => Ok(Shape::Wrapped),
        // A failure although HTTP says otherwise, as the JS and Python SDKs have it (S1).
        Some("error") => Err(refusal(reception, head)),
        // The card's own status, or none.
        Some(_) | None if reception.bare => Ok(Shape::Bare),
        Some(_) | None => {
            let message = "bfinance's answer says neither success nor error";
            Err(ProviderError::unknown(ErrorKind::Malformed, message))
        }
    }
}

/// Every HTTP status but a success. 400, 401, 403, 404, 409 and 429 are documented refusals (S1);
/// 5xx and statuses nobody documented prove nothing about what was done.
fn by_status(reception: &Reception, body: &[u8]) -> ProviderError {
    use Outcome::{Rejected, Unknown};
    let head: Head = json::parse(body).unwrap_or_default();
    let (kind, outcome, message) = match reception.status {
        StatusCode::BAD_REQUEST | StatusCode::CONFLICT | StatusCode::NOT_FOUND => {
            let mut error = refusal(reception, head);
            if reception.status == StatusCode::NOT_FOUND && error.outcome == Rejected {
                error.kind = ErrorKind::NotFound;
            }
            return error;
        }
        StatusCode::UNAUTHORIZED => (
            ErrorKind::Unauthorized,
            Rejected,
            "bfinance does not accept our token",
        ),
        // The token is known, but may not do this (S1's Go tests).
        StatusCode::FORBIDDEN => (
            ErrorKind::Refused,
            Rejected,
            "bfinance does not allow this to us",
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            ErrorKind::RateLimited,
            Rejected,
            "bfinance asks to slow down",
        ),
        status if status.is_server_error() => (ErrorKind::Unavailable, Unknown, "bfinance failed"),
        _ => (
            ErrorKind::Malformed,
            Unknown,
            "bfinance answered with an undocumented HTTP status",
        ),
    };
    let error = ProviderError::new(kind, outcome, message).with_retry_after(reception.retry_after);
    let error = with_words(error, reception, head);
    match reception.status {
        // What our token, or this customer, has no grant for (S1): nobody else's rule.
        StatusCode::FORBIDDEN => error.only_here(),
        _ => error,
    }
}

/// A readable "no". Only that our `externalId` is taken is no refusal of what was asked for: a
/// call of ours with it arrived before (whether it must be unique is not documented).
fn refusal(reception: &Reception, head: Head) -> ProviderError {
    let words = head.message.as_deref().unwrap_or_default().to_lowercase();
    if is_duplicate(&words) {
        let message = "bfinance has received this reference before";
        return ProviderError::unknown(ErrorKind::DuplicateReference, message);
    }
    let named = PATTERNS.iter().find(|(pattern, _)| words.contains(pattern));
    let kind = named.map_or(ErrorKind::Refused, |(_, kind)| *kind);
    let message = match named {
        Some((_, ErrorKind::InsufficientFunds)) => "bfinance refused: the balance is too small",
        Some((_, ErrorKind::NotFound)) => "bfinance does not know this",
        Some(_) => "bfinance asks to slow down",
        None => "bfinance refused",
    };
    let error = ProviderError::rejected(kind, message).with_retry_after(reception.retry_after);
    with_words(error, reception, head)
}

fn is_duplicate(words: &str) -> bool {
    let reference = words.contains("externalid") || words.contains("external id");
    reference
        && ["exist", "duplicate", "taken", "used"]
            .iter()
            .any(|word| words.contains(word))
        && !words.contains("not exist")
}

/// `errorId` is the nearest thing to a code there is; without it, the HTTP status.
fn with_words(error: ProviderError, reception: &Reception, head: Head) -> ProviderError {
    let status = || reception.status.as_str().to_owned();
    let code = head
        .error_id
        .map_or_else(status, |id| redact::provider_message(&id));
    let message = head
        .message
        .filter(|_| !reception.confidential)
        .map(|message| redact::provider_message(&message));
    error.with_provider(Some(code), message)
}

#[cfg(test)]
mod tests;
