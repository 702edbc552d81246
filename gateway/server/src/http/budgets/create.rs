use axum::extract::State;

use crate::app::{self, App};
use crate::http::document::ChangeProblems;
use crate::http::dto::{AnswerResponse, BudgetDto, CreateBudgetBody};
use crate::http::extract::{Access, Body, FundsWrite, Meta};
use crate::http::params::ChangeHeaders;
use crate::http::problem::ApiResult;

/// Create a budget
///
/// 201 with the budget: final, or `pending` with its `pendingOperation` while the provider works on
/// it. 202 where the provider's answer was lost: the gateway finds out by itself. A budget in the
/// gateway's own ledger is final at once.
#[utoipa::path(post, path = "/v1/budgets", tag = "budgets", operation_id = "create_budget",
    params(ChangeHeaders), request_body = CreateBudgetBody,
    responses(
        (status = 201, description = "The budget, final or under way", body = BudgetDto),
        (status = 202, description = "The pending budget; its fate is being looked up", body = BudgetDto),
        ChangeProblems,
    ))]
pub async fn create_budget(
    State(app): State<App>,
    access: Access<FundsWrite>,
    meta: Meta,
    Body { value, bytes }: Body<CreateBudgetBody>,
) -> ApiResult<AnswerResponse> {
    let wanted = value.parse()?;
    let answer = app::budgets::create(&app, &access.tenant, wanted, meta.with_body(bytes)).await?;
    Ok(AnswerResponse(answer))
}
