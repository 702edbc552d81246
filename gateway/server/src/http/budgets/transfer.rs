//! Money between the funding account and a budget.

use axum::extract::State;
use cardmux_domain::id::BudgetId;
use cardmux_domain::operation::OperationKind;

use crate::app::budgets::TransferRequest;
use crate::app::idempotency::Request;
use crate::app::{self, App, AppError, Tenant};
use crate::http::document::ChangeProblems;
use crate::http::dto::{AnswerResponse, CardBody, OperationDto};
use crate::http::extract::{Access, Body, FundsWrite, Meta, PathId};
use crate::http::params::{BudgetPath, ChangeHeaders};
use crate::http::problem::ApiResult;

async fn run(
    app: &App,
    tenant: &Tenant,
    (budget_id, kind): (BudgetId, OperationKind),
    body: CardBody,
    request: Request,
) -> ApiResult<AnswerResponse> {
    let CardBody { amount, note } = body;
    let amount = amount.parse("/amount").map_err(AppError::Invalid)?;
    let wanted = TransferRequest {
        budget_id,
        kind,
        amount,
        note,
    };
    let answer = app::budgets::transfer(app, tenant, wanted, request).await?;
    Ok(AnswerResponse(answer))
}

/// Fund a budget
///
/// From the funding account of its currency into the budget.
#[utoipa::path(post, path = "/v1/budgets/{budget_id}/fund", tag = "budgets", operation_id = "fund_budget",
    params(BudgetPath, ChangeHeaders), request_body = CardBody,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn fund_budget(
    State(app): State<App>,
    access: Access<FundsWrite>,
    PathId(id): PathId<BudgetId>,
    meta: Meta,
    Body { value, bytes }: Body<CardBody>,
) -> ApiResult<AnswerResponse> {
    let transfer = (id, OperationKind::FundBudget);
    run(&app, &access.tenant, transfer, value, meta.with_body(bytes)).await
}

/// Withdraw money from a budget
///
/// From the budget back to the funding account.
#[utoipa::path(post, path = "/v1/budgets/{budget_id}/withdraw", tag = "budgets", operation_id = "withdraw_budget",
    params(BudgetPath, ChangeHeaders), request_body = CardBody,
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn withdraw_budget(
    State(app): State<App>,
    access: Access<FundsWrite>,
    PathId(id): PathId<BudgetId>,
    meta: Meta,
    Body { value, bytes }: Body<CardBody>,
) -> ApiResult<AnswerResponse> {
    let transfer = (id, OperationKind::WithdrawBudget);
    run(&app, &access.tenant, transfer, value, meta.with_body(bytes)).await
}
