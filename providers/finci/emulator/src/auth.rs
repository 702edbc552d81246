//! Who calls: token, timestamp, signature.
//!
//! Documented: the three headers, Unix seconds, HMAC-SHA256 in hex over the exact path as sent and
//! the body, which is empty text where there is none (D). Inferred: the timestamp is signed (I). Our
//! choice: the order of the parts (a quirk), lower-case hex, 300 seconds either way, that a query
//! is no part of the path, and the codes.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::envelope::Failure;
use crate::quirks::{HexCase, Quirks};

/// What a caller must know.
pub struct Credentials {
    pub token: String,
    pub secret: String,
}

/// The signature that was accepted.
pub fn verify(
    parts: &Parts,
    body: &[u8],
    credentials: &Credentials,
    quirks: &Quirks,
) -> Result<String, Failure> {
    let token = header(&parts.headers, "x-auth-token");
    if token != Some(credentials.token.as_str()) {
        return Err(Failure::Unauthorized("TOKEN_INVALID"));
    }
    let wrong_time = || Failure::Unauthorized("TIMESTAMP_INVALID");
    let timestamp = header(&parts.headers, "x-auth-timestamp").ok_or_else(wrong_time)?;
    let sent_at: u64 = timestamp.parse().map_err(|_| wrong_time())?;
    if sent_at.abs_diff(wall_seconds()) > quirks.timestamp_window {
        return Err(wrong_time());
    }
    let wrong_signature = || Failure::Unauthorized("SIGNATURE_INVALID");
    let signature = header(&parts.headers, "x-auth-signature").ok_or_else(wrong_signature)?;
    let written = match quirks.signature_hex {
        HexCase::Lower => !signature.contains(|digit: char| digit.is_ascii_uppercase()),
        HexCase::Upper => !signature.contains(|digit: char| digit.is_ascii_lowercase()),
        HexCase::Any => true,
    };
    let raw = hex::decode(signature).map_err(|_| wrong_signature())?;
    let signed = canonical(
        &quirks.signature_template,
        timestamp,
        parts.method.as_str(),
        parts.uri.path(),
        body,
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, credentials.secret.as_bytes());
    let right = hmac::verify(&key, &signed, &raw).is_ok();
    if written && right {
        Ok(signature.to_owned())
    } else {
        Err(wrong_signature())
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The template with its parts filled in, each once and never inside another: a body may well
/// contain `{path}`.
fn canonical(template: &str, timestamp: &str, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let parts: [(&str, &[u8]); 4] = [
        ("{timestamp}", timestamp.as_bytes()),
        ("{method}", method.as_bytes()),
        ("{path}", path.as_bytes()),
        ("{body}", body),
    ];
    let mut signed = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let named = parts
            .iter()
            .find_map(|(name, value)| Some((rest.strip_prefix(name)?, *value)));
        match named {
            Some((after, value)) => {
                signed.extend_from_slice(value);
                rest = after;
            }
            None => {
                let mut letters = rest.chars();
                let letter = letters.next().map_or(String::new(), String::from);
                signed.extend_from_slice(letter.as_bytes());
                rest = letters.as_str();
            }
        }
    }
    signed
}

/// Real time: a client signs with its own clock, however fast the emulated one runs.
#[expect(
    clippy::disallowed_methods,
    reason = "compared with the client's wall clock"
)]
fn wall_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_body_with_a_placeholder_is_left_as_it_is() {
        let signed = canonical("{timestamp}|{path}|{body}", "7", "POST", "/v1/x", b"{path}");
        assert_eq!(signed, b"7|/v1/x|{path}");
    }

    #[test]
    fn canonical_default_template_joins_without_separators() {
        let template = Quirks::default().signature_template;
        assert_eq!(canonical(&template, "7", "POST", "/a", b"{}"), b"7POST/a{}");
    }
}
