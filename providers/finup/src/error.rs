//! What an answer that is no success means for the call: the dossier's section 9.

use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};
use cardmux_provider_kit::json::{self, RawValue};
use cardmux_provider_kit::redact;
use cardmux_provider_kit::transport::Answer;
use serde::Deserialize;

use crate::settings::Codes;

/// The default body of the framework whose handler names the OpenAPI document has (I): `message` is
/// a text or a list of texts. No error body is documented.
#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    message: Option<Box<RawValue>>,
}

/// 401, 403, 404, 418 and 420 are documented. 418 and 420 have no documented meaning; they are listed
/// for just the calls a business refusal is possible for, so they are taken for one. 400, 409, 422
/// and 429 are never listed and say by their definition that nothing was done (RFC 9110, RFC 6585).
pub fn by_status(answer: &Answer, insufficient_funds: &Codes) -> ProviderError {
    use ErrorKind as Kind;
    use Outcome::{Rejected, Unknown};
    let code = answer.status.as_u16();
    let (kind, outcome, message) = match code {
        401 => {
            let message = "Finup does not accept our credentials";
            (Kind::Unauthorized, Rejected, message)
        }
        403 => (
            Kind::Refused,
            Rejected,
            "Finup does not allow this account or key to do it",
        ),
        404 => (Kind::NotFound, Rejected, "Finup does not know this"),
        429 => (Kind::RateLimited, Rejected, "Finup asks to slow down"),
        400 | 409 | 418 | 420 | 422 if insufficient_funds.0.contains(&code) => {
            let message = "Finup refused: the balance is too small";
            (Kind::InsufficientFunds, Rejected, message)
        }
        400 | 409 | 418 | 420 | 422 => (Kind::Refused, Rejected, "Finup refused the request"),
        _ if answer.status.is_server_error() => (Kind::Unavailable, Unknown, "Finup failed"),
        _ => {
            let message = "Finup answered with an undocumented HTTP status";
            (Kind::Malformed, Unknown, message)
        }
    };
    let error = ProviderError::new(kind, outcome, message)
        .with_retry_after(answer.retry_after())
        .with_provider(Some(code.to_string()), words(&answer.body));
    match code {
        // "Not allowed on this account" (D): says nothing about another provider.
        403 => error.only_here(),
        _ => error,
    }
}

/// The words of a refusal's body, where it has any.
pub fn words(body: &[u8]) -> Option<String> {
    let refusal: Refusal = json::parse(body).ok()?;
    let message = refusal.message?;
    let message = message.get();
    let one = serde_json::from_str::<String>(message);
    let text = one.or_else(|_| serde_json::from_str::<Vec<String>>(message).map(|m| m.join("; ")));
    let text = redact::provider_message(&text.ok()?);
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cardmux_provider_kit::transport::StatusCode;

    fn of(status: u16, body: &str, codes: &[u16]) -> ProviderError {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: [("retry-after".to_owned(), "7".to_owned())].into(),
            body: body.to_owned().into(),
        };
        by_status(&answer, &Codes(codes.to_vec()))
    }

    #[test]
    fn every_status_has_its_class() {
        use ErrorKind as K;
        use Outcome::{Rejected, Unknown};
        for (status, kind, outcome) in [
            (301, K::Malformed, Unknown),
            (400, K::Refused, Rejected),
            (401, K::Unauthorized, Rejected),
            (402, K::Malformed, Unknown),
            (403, K::Refused, Rejected),
            (404, K::NotFound, Rejected),
            (408, K::Malformed, Unknown),
            (409, K::Refused, Rejected),
            (418, K::Refused, Rejected),
            (420, K::Refused, Rejected),
            (422, K::Refused, Rejected),
            (429, K::RateLimited, Rejected),
            (499, K::Malformed, Unknown),
            (500, K::Unavailable, Unknown),
            (502, K::Unavailable, Unknown),
            (504, K::Unavailable, Unknown),
        ] {
            for body in ["", "<html>", r#"{"statusCode":1,"message":"no"}"#] {
                let error = of(status, body, &[]);
                assert_eq!(
                    (error.kind, error.outcome),
                    (kind, outcome),
                    "{status} {body}"
                );
                assert_eq!(error.provider_code, Some(status.to_string()));
            }
        }
        let wait = of(429, "", &[]).retry_after;
        assert_eq!(wait, Some(std::time::Duration::from_secs(7)));
    }

    #[test]
    fn refusal_of_this_account_alone_leaves_it_to_others() {
        for status in [400, 404, 409, 418, 420, 422] {
            assert!(!of(status, "", &[]).another_may_serve(), "{status}");
        }
        for (status, shortage) in [(401, &[][..]), (403, &[]), (429, &[]), (420, &[420])] {
            assert!(of(status, "", shortage).another_may_serve(), "{status}");
        }
    }

    #[test]
    fn shortage_is_what_the_setting_says() {
        assert_eq!(of(420, "", &[420]).kind, ErrorKind::InsufficientFunds);
        assert_eq!(of(418, "", &[420]).kind, ErrorKind::Refused);
        // Whatever is set: these two have a documented meaning.
        assert_eq!(of(401, "", &[401]).kind, ErrorKind::Unauthorized);
        assert_eq!(of(404, "", &[404]).kind, ErrorKind::NotFound);
    }

    #[test]
    fn words_of_a_refusal_are_kept_without_numbers() {
        let said = |body: &str| of(420, body, &[]).provider_message;
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            said(r#"{"statusCode":420,"message":"card 4000000000000002","error":"x"}"#),
            text("card [number]")
        );
        assert_eq!(said(r#"{"message":["a","b"]}"#), text("a; b"));
        for none in ["", "[]", r#"{"message":7}"#, r#"{"message":""}"#, "{}"] {
            assert_eq!(said(none), None, "{none}");
        }
    }
}
