use axum::extract::State;

use crate::app::{self, App};
use crate::http::document::ChangeProblems;
use crate::http::dto::{AnswerResponse, DisputeDto, OpenDisputeBody};
use crate::http::extract::{Access, Body, CardsWrite, Meta};
use crate::http::params::ChangeHeaders;
use crate::http::problem::ApiResult;

/// Open a dispute
///
/// Contests a settled transaction. 202 where the provider's answer was lost: a dispute is never
/// opened a second time by itself; where the provider lists none, a person is asked to look.
#[utoipa::path(post, path = "/v1/disputes", tag = "disputes", operation_id = "open_dispute",
    params(ChangeHeaders), request_body = OpenDisputeBody,
    responses(
        (status = 201, description = "The dispute", body = DisputeDto),
        (status = 202, description = "The pending dispute; its fate is being looked up", body = DisputeDto),
        ChangeProblems,
    ))]
pub async fn open_dispute(
    State(app): State<App>,
    access: Access<CardsWrite>,
    meta: Meta,
    Body { value, bytes }: Body<OpenDisputeBody>,
) -> ApiResult<AnswerResponse> {
    let wanted = value.parse()?;
    let answer = app::disputes::open(&app, &access.tenant, wanted, meta.with_body(bytes)).await?;
    Ok(AnswerResponse(answer))
}
