use axum::extract::State;
use cardmux_domain::id::CardId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::shown;
use crate::app::{self, App};
use crate::http::document::{ListProblems, ProviderProblems, ReadProblems};
use crate::http::dto::CardDto;
use crate::http::extract::{Access, CardsRead, Meta, PathId, Query};
use crate::http::params::{CardPath, parse_parameter};
use crate::http::problem::ApiResult;
use crate::http::tagged::Tagged;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetCard {
    /// `provider`: the provider's own object beside ours, as `providerObject`.
    include: Option<String>,
}

/// What can be shown beside a card.
#[derive(strum::EnumString)]
#[strum(serialize_all = "snake_case")]
enum Include {
    Provider,
}

/// Get a card
///
/// From the registry; with `?include=provider` the provider is asked as well, now.
#[utoipa::path(get, path = "/v1/cards/{card_id}", tag = "cards", operation_id = "get_card", params(CardPath, GetCard),
    responses(
        (status = 200, description = "The card", body = CardDto, headers(("etag" = String, description = "The card's version"))),
        ReadProblems,
        ListProblems,
        ProviderProblems,
    ))]
pub async fn get_card(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<CardId>,
    Query(query): Query<GetCard>,
    meta: Meta,
) -> ApiResult<Tagged<CardDto>> {
    let include = parse_parameter::<Include>("include", query.include.as_deref())?;
    let card = app::cards::get(&app, &access.tenant.id, id).await?;
    let object = match include {
        Some(Include::Provider) => app::cards::provider_object(&app, &card, &meta.id).await?,
        None => None,
    };
    let mut card = shown(&app, card);
    card.resource.provider_object = object
        .map(|object| serde_json::from_str(&object.0))
        .transpose()
        .unwrap_or_default();
    Ok(card)
}
