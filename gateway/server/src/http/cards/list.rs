use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{BudgetId, CardId, CardTypeId, CustomerId, InstanceId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::ListProblems;
use crate::http::dto::{CardDto, CardPage, open};
use crate::http::extract::{Access, CardsRead, Cursor, Query, page_limit};
use crate::http::params::{parse_parameter, plain_text};
use crate::http::problem::ApiResult;
use crate::store::cards::CardFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCards {
    #[param(value_type = Option<open::CardStatus>)]
    status: Option<String>,
    /// A provider instance.
    instance: Option<String>,
    type_id: Option<String>,
    external_id: Option<String>,
    customer_id: Option<String>,
    budget_id: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

impl ListCards {
    fn filter(&self) -> ApiResult<CardFilter> {
        Ok(CardFilter {
            status: parse_parameter("status", self.status.as_deref())?,
            instance: parse_parameter::<InstanceId>("instance", self.instance.as_deref())?,
            type_id: parse_parameter::<CardTypeId>("typeId", self.type_id.as_deref())?,
            external_id: plain_text("externalId", self.external_id.as_deref())?,
            label: None,
            customer_id: parse_parameter::<CustomerId>("customerId", self.customer_id.as_deref())?,
            budget_id: parse_parameter::<BudgetId>("budgetId", self.budget_id.as_deref())?,
        })
    }
}

/// List cards
///
/// Newest first, stable while cards are added.
#[utoipa::path(get, path = "/v1/cards", tag = "cards", operation_id = "list_cards", params(ListCards),
    responses((status = 200, description = "A page of cards", body = CardPage), ListProblems))]
pub async fn list_cards(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListCards>,
) -> ApiResult<Json<CardPage>> {
    let filter = query.filter()?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "cards",
        filters: format!("{filter:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(CardId::from_uuid);
    let Listing { items, next } =
        app::cards::list(&app, &access.tenant.id, &filter, after, limit).await?;
    let kind = |card: &cardmux_domain::card::Card| {
        app.registry
            .get(&card.instance)
            .map_or("", |i| i.provider.kind())
    };
    Ok(Json(CardPage {
        data: items
            .into_iter()
            .map(|card| {
                let kind = kind(&card);
                CardDto::new(card, kind)
            })
            .collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
