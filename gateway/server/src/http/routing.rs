use axum::Json;
use axum::extract::State;

use super::cards::issue::IssueQuery;
use super::document::ExplainProblems;
use super::dto::{ExplanationDto, IssueCardBody};
use super::extract::{Access, Body, CardsRead, Query};
use super::problem::ApiResult;
use crate::app::{self, App};

/// Explain a route
///
/// Takes what `POST /v1/cards` takes and says whom the request would go to now, and why not to the
/// others. Nothing is issued, sent or kept.
#[utoipa::path(post, path = "/v1/routing/explain", tag = "routing", operation_id = "explain_route",
    params(IssueQuery), request_body = IssueCardBody,
    responses(
        (status = 200, description = "What would become of the request", body = ExplanationDto),
        ExplainProblems,
    ))]
pub async fn explain_route(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<IssueQuery>,
    Body { value, .. }: Body<IssueCardBody>,
) -> ApiResult<Json<ExplanationDto>> {
    let wanted = value.parse(query.enrol()?)?;
    let decision = app::cards::explain(&app, &access.tenant, &wanted).await?;
    Ok(Json(decision.into()))
}
