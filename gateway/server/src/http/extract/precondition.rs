use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::app::{App, FieldProblem};
use crate::http::codes;
use crate::http::problem::ApiError;

/// The version in `If-Match`: a change is made only if the resource still has it. `None` where any
/// version will do.
pub struct IfMatch(pub Option<i64>);

impl FromRequestParts<App> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text
            .strip_prefix('"')
            .and_then(|t| t.strip_suffix('"'))
            .and_then(|t| t.parse().ok());
        version.map(|version| Self(Some(version))).ok_or_else(|| {
            let detail = "send the `ETag` of the resource as it was read, such as \"3\"";
            let field = FieldProblem::header("If-Match", "bad_tag", detail);
            ApiError::fields(codes::INVALID_HEADER, "see `errors`", vec![field])
        })
    }
}
