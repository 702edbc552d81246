//! What an answer means for the call: the classification of the dossier's section 1.4.

use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};
use cardmux_provider_kit::json::{self, RawValue};
use cardmux_provider_kit::redact;
use cardmux_provider_kit::transport::{Answer, StatusCode};

use crate::wire::envelope::Envelope;

/// The code of success (F-doc, W-doc).
const OK: i64 = 200;

/// "Internal server error" (W-doc); FinHub also sends it with HTTP 400 for missing headers (F-doc).
const SERVER_ERROR: i64 = 500;

/// The `data` of a successful answer.
pub fn accept(answer: &Answer) -> Result<Box<RawValue>, ProviderError> {
    if !answer.status.is_success() {
        return Err(by_status(answer));
    }
    let envelope: Envelope = json::parse(&answer.body)?;
    match (envelope.success, envelope.code) {
        (Some(true), Some(OK) | None) => {
            Ok(envelope.data.unwrap_or_else(|| RawValue::NULL.to_owned()))
        }
        (Some(false), _) => Err(refusal(envelope)),
        // Neither a success nor a refusal can be read from these: the dossier wants both checked.
        (Some(true), Some(_)) | (None, _) => {
            let message = "FinCard's answer contradicts itself about success";
            Err(with_words(
                ProviderError::unknown(ErrorKind::Malformed, message),
                envelope,
            ))
        }
    }
}

/// Every HTTP status but a success. 400, 401, 403 and 404 were not executed (F-doc, Inf); 429 says
/// so by its definition (RFC 6585), no limit is documented.
fn by_status(answer: &Answer) -> ProviderError {
    use Outcome::{Rejected, Unknown};
    let envelope: Option<Envelope> = json::parse(&answer.body).ok();
    if let Some(envelope) = &envelope
        && is_duplicate(envelope)
    {
        return duplicate();
    }
    let code = envelope.as_ref().and_then(|e| e.code);
    let (kind, outcome, message) = match answer.status {
        StatusCode::BAD_REQUEST if code == Some(SERVER_ERROR) => {
            (ErrorKind::Settings, Rejected, "FinCard misses a header")
        }
        StatusCode::BAD_REQUEST => (ErrorKind::Refused, Rejected, "FinCard refused the request"),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (
            ErrorKind::Unauthorized,
            Rejected,
            "FinCard does not accept our credentials",
        ),
        StatusCode::NOT_FOUND => (ErrorKind::NotFound, Rejected, "FinCard does not know this"),
        StatusCode::TOO_MANY_REQUESTS => (
            ErrorKind::RateLimited,
            Rejected,
            "FinCard asks to slow down",
        ),
        status if status.is_server_error() => (ErrorKind::Unavailable, Unknown, "FinCard failed"),
        _ => (
            ErrorKind::Malformed,
            Unknown,
            "FinCard answered with an undocumented HTTP status",
        ),
    };
    let error = ProviderError::new(kind, outcome, message).with_retry_after(answer.retry_after());
    match envelope {
        Some(envelope) => with_words(error, envelope),
        None => error.with_provider(Some(answer.status.as_str().to_owned()), None),
    }
}

/// A `success: false` on HTTP 200 is definite (F-doc, W-prod) but for two cases: a duplicate order,
/// whose first sending did arrive, and the code of a server failure, about which nothing is
/// documented here and which therefore stays unknown (our choice).
fn refusal(envelope: Envelope) -> ProviderError {
    if is_duplicate(&envelope) {
        return duplicate();
    }
    let words = envelope.msg.as_deref().unwrap_or_default().to_lowercase();
    let error = if envelope.code == Some(SERVER_ERROR) {
        ProviderError::unknown(ErrorKind::Unavailable, "FinCard failed")
    } else {
        // There is no public catalogue of codes, so the words are all there is; they choose among
        // names for a refusal and change nothing else.
        let (kind, message) = if is_shortage(&words) {
            (
                ErrorKind::InsufficientFunds,
                "FinCard refused: the balance is too small",
            )
        } else if words.contains("not found") || words.contains("not exist") {
            (ErrorKind::NotFound, "FinCard does not know this")
        } else {
            (ErrorKind::Refused, "FinCard refused")
        };
        ProviderError::rejected(kind, message)
    };
    with_words(error, envelope)
}

/// Whether a refusal's words (lower case) speak of too little money: "insufficient balance" (F-doc).
pub fn is_shortage(words: &str) -> bool {
    words.contains("insufficient") && (words.contains("balance") || words.contains("fund"))
}

/// "Duplicate order number" (W-prod; its code is not known): the one message worth matching.
fn is_duplicate(envelope: &Envelope) -> bool {
    let words = envelope.msg.as_deref().unwrap_or_default().to_lowercase();
    envelope.success != Some(true) && words.contains("duplicate order")
}

fn duplicate() -> ProviderError {
    let message = "FinCard has received this reference before";
    ProviderError::unknown(ErrorKind::DuplicateReference, message)
}

fn with_words(error: ProviderError, envelope: Envelope) -> ProviderError {
    let code = envelope.code.map(|code| code.to_string());
    error.with_provider(code, envelope.msg.as_deref().map(redact::provider_message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Result<String, (ErrorKind, Outcome)> {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: std::collections::BTreeMap::default(),
            body: body.to_owned().into(),
        };
        accept(&answer)
            .map(|data| data.get().to_owned())
            .map_err(|e| (e.kind, e.outcome))
    }

    #[test]
    fn every_observation_has_its_class() {
        use ErrorKind as K;
        use Outcome::{Rejected, Unknown};
        let no =
            |code: i64, msg: &str| format!(r#"{{"success":false,"code":{code},"msg":"{msg}"}}"#);
        for (status, body, kind, outcome) in [
            (200, no(-1, "Card not found"), K::NotFound, Rejected),
            (
                200,
                no(-1, "Insufficient balance"),
                K::InsufficientFunds,
                Rejected,
            ),
            (200, no(40002, "town parameter error"), K::Refused, Rejected),
            (
                200,
                no(40002, "DUPLICATE order number"),
                K::DuplicateReference,
                Unknown,
            ),
            (
                400,
                no(40002, "Duplicate order number"),
                K::DuplicateReference,
                Unknown,
            ),
            (200, no(500, "system error"), K::Unavailable, Unknown),
            (200, "<html>".to_owned(), K::Malformed, Unknown),
            (
                200,
                r#"{"code":200,"data":{}}"#.to_owned(),
                K::Malformed,
                Unknown,
            ),
            (
                200,
                r#"{"success":null,"code":200}"#.to_owned(),
                K::Malformed,
                Unknown,
            ),
            (
                200,
                r#"{"success":true,"code":-1}"#.to_owned(),
                K::Malformed,
                Unknown,
            ),
            (
                400,
                no(500, "Missing required header(s)"),
                K::Settings,
                Rejected,
            ),
            (400, String::new(), K::Refused, Rejected),
            (401, no(401, "expired"), K::Unauthorized, Rejected),
            (403, String::new(), K::Unauthorized, Rejected),
            (404, String::new(), K::NotFound, Rejected),
            (429, String::new(), K::RateLimited, Rejected),
            (409, String::new(), K::Malformed, Unknown),
            (302, String::new(), K::Malformed, Unknown),
            (500, no(500, "boom"), K::Unavailable, Unknown),
            (502, "<html>".to_owned(), K::Unavailable, Unknown),
        ] {
            assert_eq!(of(status, &body), Err((kind, outcome)), "{status} {body}");
        }
    }

    #[test]
    fn success_gives_the_data_as_it_was() {
        let amount = r#"{"success":true,"code":200,"msg":null,"data":{"amount":1.50}}"#;
        assert_eq!(of(200, amount).unwrap(), r#"{"amount":1.50}"#);
        assert_eq!(of(200, r#"{"success":true,"code":"200"}"#).unwrap(), "null");
    }
}
