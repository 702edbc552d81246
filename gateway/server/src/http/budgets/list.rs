use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{BudgetId, InstanceId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::ListProblems;
use crate::http::dto::{BudgetDto, BudgetPage, open};
use crate::http::extract::{Access, CardsRead, Cursor, Query, page_limit};
use crate::http::params::{parse_parameter, plain_text};
use crate::http::problem::ApiResult;
use crate::store::budgets::BudgetFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListBudgets {
    /// A provider instance, or `ledger`.
    instance: Option<String>,
    #[param(value_type = Option<open::BudgetStatus>)]
    status: Option<String>,
    external_id: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

impl ListBudgets {
    fn filter(&self) -> ApiResult<BudgetFilter> {
        Ok(BudgetFilter {
            instance: parse_parameter::<InstanceId>("instance", self.instance.as_deref())?,
            status: parse_parameter("status", self.status.as_deref())?,
            external_id: plain_text("externalId", self.external_id.as_deref())?,
        })
    }
}

/// List budgets
///
/// Newest first, stable while budgets are added.
#[utoipa::path(get, path = "/v1/budgets", tag = "budgets", operation_id = "list_budgets", params(ListBudgets),
    responses((status = 200, description = "A page of budgets", body = BudgetPage), ListProblems))]
pub async fn list_budgets(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListBudgets>,
) -> ApiResult<Json<BudgetPage>> {
    let filter = query.filter()?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "budgets",
        filters: format!("{filter:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(BudgetId::from_uuid);
    let Listing { items, next } =
        app::budgets::list(&app, &access.tenant.id, &filter, after, limit).await?;
    let mut data = Vec::new();
    for budget in items {
        let book = app::budgets::book(&app, &budget).await?;
        data.push(BudgetDto::new(budget, book));
    }
    Ok(Json(BudgetPage {
        data,
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
