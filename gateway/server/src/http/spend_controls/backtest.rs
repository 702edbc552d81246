use axum::Json;
use axum::extract::State;

use crate::app::{self, App};
use crate::http::document::ChangeProblems;
use crate::http::dto::{BacktestBody, BacktestDto};
use crate::http::extract::{Access, Body, CardsRead};
use crate::http::problem::ApiResult;

/// Back-test spend controls
///
/// Decides again what was asked for in a span of the past, with the live controls and these changes of
/// them. Nothing is stored and nothing changes. A draft is tried by sending its rules.
#[utoipa::path(post, path = "/v1/spend-controls/backtest", tag = "spend controls", operation_id = "backtest_spend_controls",
    request_body = BacktestBody,
    responses((status = 200, description = "What would have been answered", body = BacktestDto), ChangeProblems))]
pub async fn backtest_spend_controls(
    State(app): State<App>,
    access: Access<CardsRead>,
    Body { value, bytes: _ }: Body<BacktestBody>,
) -> ApiResult<Json<BacktestDto>> {
    let wanted = value.parse()?;
    let tested = app::spend_controls::backtest(&app, &access.tenant.id, wanted).await?;
    Ok(Json(tested.into()))
}
