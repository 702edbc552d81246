use axum::Json;
use axum::extract::State;
use cardmux_domain::id::SpendControlId;
use cardmux_domain::spend_control::Scope;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, FieldProblem, Listing};
use crate::http::codes;
use crate::http::document::ListProblems;
use crate::http::dto::{SpendControlPage, open};
use crate::http::extract::{Access, CardsRead, Cursor, Query, page_limit};
use crate::http::params::parse_parameter;
use crate::http::problem::{ApiError, ApiResult};
use crate::store::spend_controls::SpendControlFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListSpendControls {
    /// On this card itself.
    card_id: Option<String>,
    /// On this customer. One of `cardId`, `customerId`, `budgetId`, `tenant` at a time.
    customer_id: Option<String>,
    /// On this budget.
    budget_id: Option<String>,
    /// `true`: on all cards of yours.
    tenant: Option<bool>,
    #[param(value_type = Option<open::SpendControlStage>)]
    stage: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

impl ListSpendControls {
    fn filter(&self) -> ApiResult<SpendControlFilter> {
        let card = parse_parameter("cardId", self.card_id.as_deref())?;
        let customer = parse_parameter("customerId", self.customer_id.as_deref())?;
        let budget = parse_parameter("budgetId", self.budget_id.as_deref())?;
        let named = [
            card.map(|id| ("cardId", Scope::Card(id))),
            customer.map(|id| ("customerId", Scope::Customer(id))),
            budget.map(|id| ("budgetId", Scope::Budget(id))),
            (self.tenant == Some(true)).then_some(("tenant", Scope::Tenant)),
        ];
        let mut named = named.into_iter().flatten();
        let scope = named.next().map(|(_, scope)| scope);
        if let Some((second, _)) = named.next() {
            let detail = "one of cardId, customerId, budgetId, tenant at a time";
            let field = FieldProblem::parameter(second, "exclusive", detail);
            return Err(ApiError::fields(
                codes::INVALID_QUERY,
                "see `errors`",
                vec![field],
            ));
        }
        Ok(SpendControlFilter {
            scope,
            stage: parse_parameter("stage", self.stage.as_deref())?,
        })
    }
}

/// List spend controls
///
/// Newest first. A filter by card finds what is on the card itself, not what covers it by its
/// customer, its budget or as a card of yours.
#[utoipa::path(get, path = "/v1/spend-controls", tag = "spend controls", operation_id = "list_spend_controls", params(ListSpendControls),
    responses((status = 200, description = "A page of spend controls", body = SpendControlPage), ListProblems))]
pub async fn list_spend_controls(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListSpendControls>,
) -> ApiResult<Json<SpendControlPage>> {
    let filter = query.filter()?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "spend_controls",
        filters: format!("{filter:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(SpendControlId::from_uuid);
    let Listing { items, next } =
        app::spend_controls::list(&app, &access.tenant, &filter, after, limit).await?;
    Ok(Json(SpendControlPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
