use axum::body::Bytes;
use axum::extract::State;
use cardmux_domain::id::DisputeId;

use crate::app::{self, App};
use crate::http::document::ChangeProblems;
use crate::http::dto::{AnswerResponse, OperationDto};
use crate::http::extract::{Access, CardsWrite, Meta, PathId};
use crate::http::params::{ChangeHeaders, DisputePath};
use crate::http::problem::ApiResult;

/// Cancel a dispute
///
/// Takes it back before it is decided; final. Another one can be opened about the same transaction.
#[utoipa::path(post, path = "/v1/disputes/{dispute_id}/cancel", tag = "disputes", operation_id = "cancel_dispute",
    params(DisputePath, ChangeHeaders),
    responses(
        (status = 200, description = "The operation, final", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn cancel_dispute(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<DisputeId>,
    meta: Meta,
) -> ApiResult<AnswerResponse> {
    let request = meta.with_body(Bytes::new());
    let answer = app::disputes::cancel(&app, &access.tenant, id, request).await?;
    Ok(AnswerResponse(answer))
}
