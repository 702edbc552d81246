use axum::extract::State;
use cardmux_domain::id::CardId;

use super::CardResponse;
use crate::app::{self, App};
use crate::http::dto::CardDto;
use crate::http::extract::{Access, CardsRead, PathId};
use crate::http::problem::ApiResult;
use crate::http::router::{CardPath, ReadProblems};

/// Get a card
#[utoipa::path(get, path = "/v1/cards/{card_id}", tag = "cards", operation_id = "get_card", params(CardPath),
    responses(
        (status = 200, description = "The card", body = CardDto, headers(("etag" = String, description = "The card's version"))),
        ReadProblems,
    ))]
pub async fn get_card(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<CardId>,
) -> ApiResult<CardResponse> {
    let card = app::cards::get(&app, &access.tenant.id, id).await?;
    Ok(CardResponse::new(&app, card))
}
