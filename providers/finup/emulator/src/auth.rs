//! Who may call.
//!
//! Documented: `x-api-key`, a required string (D, O); a bearer scheme beside it (O), alone at
//! `…/bins` (O). Assumed: the bearer token is a secret of its own.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::failure::Failure;
use crate::quirks::{BinsAuth, Quirks};
use crate::route::Call;
use crate::state::Credentials;

pub fn check(
    headers: &HeaderMap,
    call: &Call<'_>,
    credentials: &Credentials,
    quirks: &Quirks,
) -> Result<(), Failure> {
    let text = |value: Option<&axum::http::HeaderValue>| {
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let key = text(headers.get("x-api-key")) == credentials.api_key;
    let authorization = text(headers.get(AUTHORIZATION));
    let bearer = authorization.strip_prefix("Bearer ") == Some(credentials.bearer_token.as_str());
    let is_bins = matches!(call, Call::Bins(_));
    let passes = match quirks.bins_auth {
        BinsAuth::Bearer if is_bins => bearer,
        BinsAuth::Either if is_bins && !quirks.bearer_required => key || bearer,
        BinsAuth::Bearer | BinsAuth::Either | BinsAuth::ApiKey => {
            key && (bearer || !quirks.bearer_required)
        }
    };
    if passes {
        Ok(())
    } else {
        Err(Failure::Unauthorized)
    }
}
