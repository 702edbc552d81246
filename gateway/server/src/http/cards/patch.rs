use axum::extract::State;
use cardmux_domain::id::CardId;

use super::shown;
use crate::app::{self, App};
use crate::http::document::{ChangeProblems, StaleProblems};
use crate::http::dto::{CardDto, PatchCardBody};
use crate::http::extract::{Access, Body, CardsWrite, IfMatch, PathId};
use crate::http::params::CardPath;
use crate::http::problem::ApiResult;
use crate::http::tagged::Tagged;

/// Update label and metadata
///
/// With `If-Match`, only if the card still has that version.
#[utoipa::path(patch, path = "/v1/cards/{card_id}", tag = "cards", operation_id = "update_card",
    params(CardPath, ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    request_body = PatchCardBody,
    responses(
        (status = 200, description = "The card", body = CardDto, headers(("etag" = String, description = "The card's version"))),
        StaleProblems,
        ChangeProblems,
    ))]
pub async fn update_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<CardId>,
    IfMatch(expected): IfMatch,
    Body { value, bytes: _ }: Body<PatchCardBody>,
) -> ApiResult<Tagged<CardDto>> {
    let card = app::cards::update(&app, &access.tenant.id, id, value.into(), expected).await?;
    Ok(shown(&app, card))
}
