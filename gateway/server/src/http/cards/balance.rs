use axum::Json;
use axum::extract::State;
use cardmux_domain::id::CardId;

use crate::app::{self, App};
use crate::http::document::{HeaderProblems, ProviderProblems, ReadProblems};
use crate::http::dto::BalanceDto;
use crate::http::extract::{Access, CardsRead, Meta, PathId};
use crate::http::params::CardPath;
use crate::http::problem::ApiResult;

/// Get the balance of a card
///
/// Read at the provider, now. `balance` on the card itself is what was known when it was stored.
#[utoipa::path(get, path = "/v1/cards/{card_id}/balance", tag = "cards", operation_id = "get_card_balance", params(CardPath),
    responses((status = 200, description = "What can be spent", body = BalanceDto), HeaderProblems, ReadProblems, ProviderProblems))]
pub async fn get_card_balance(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<CardId>,
    meta: Meta,
) -> ApiResult<Json<BalanceDto>> {
    let balance = app::cards::balance(&app, &access.tenant.id, id, &meta.id).await?;
    Ok(Json(balance.into()))
}
