use axum::extract::State;
use cardmux_domain::id::BudgetId;

use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::BudgetDto;
use crate::http::extract::{Access, CardsRead, PathId};
use crate::http::params::BudgetPath;
use crate::http::problem::ApiResult;
use crate::http::tagged::Tagged;

/// Get a budget
///
/// From the registry: its status and, in the gateway's ledger, what is on it.
#[utoipa::path(get, path = "/v1/budgets/{budget_id}", tag = "budgets", operation_id = "get_budget", params(BudgetPath),
    responses(
        (status = 200, description = "The budget", body = BudgetDto, headers(("etag" = String, description = "The budget's version"))),
        ReadProblems,
    ))]
pub async fn get_budget(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<BudgetId>,
) -> ApiResult<Tagged<BudgetDto>> {
    let budget = app::budgets::get(&app, &access.tenant.id, id).await?;
    let book = app::budgets::book(&app, &budget).await?;
    Ok(Tagged {
        version: budget.version,
        resource: BudgetDto::new(budget, book),
    })
}
