use axum::extract::State;
use axum::http::{HeaderMap, header};
use cardmux_domain::id::CardId;

use super::CardResponse;
use crate::app::{self, App, FieldProblem};
use crate::http::codes;
use crate::http::dto::{CardDto, PatchCardBody};
use crate::http::extract::{Access, Body, CardsWrite, PathId};
use crate::http::problem::{ApiError, ApiResult};
use crate::http::router::{CardPath, ChangeProblems};

/// Update label and metadata
///
/// With `If-Match`, only if the card still has that version.
#[utoipa::path(patch, path = "/v1/cards/{card_id}", tag = "cards", operation_id = "update_card",
    params(CardPath, ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    request_body = PatchCardBody,
    responses(
        (status = 200, description = "The card", body = CardDto, headers(("etag" = String, description = "The card's version"))),
        (status = 412, description = "The card has changed", body = crate::http::problem::Problem, content_type = "application/problem+json"),
        ChangeProblems,
    ))]
pub async fn update_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    headers: HeaderMap,
    Body { value, bytes: _ }: Body<PatchCardBody>,
) -> ApiResult<CardResponse> {
    let expected = if_match(&headers)?;
    let card = app::cards::update(&app, &access.tenant.id, id, value.into(), expected).await?;
    Ok(CardResponse::new(&app, card))
}

fn if_match(headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .and_then(|t| t.parse().ok());
    version.map(Some).ok_or_else(|| {
        let detail = "send the `ETag` of the card as it was read, such as \"3\"";
        ApiError::fields(
            codes::INVALID_HEADER,
            "see `errors`",
            vec![FieldProblem::header("If-Match", "bad_tag", detail)],
        )
    })
}
