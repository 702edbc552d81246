use axum::Json;
use axum::extract::State;
use cardmux_domain::id::BatchId;

use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::BatchDto;
use crate::http::extract::{Access, CardsWrite, PathId};
use crate::http::params::BatchPath;
use crate::http::problem::ApiResult;

/// Cancel a batch
///
/// Cards that are still queued are not sent any more; those with a provider go on to their end, and
/// cards that were issued stay. The same again changes nothing.
#[utoipa::path(post, path = "/v1/card-batches/{batch_id}/cancel", tag = "card batches", operation_id = "cancel_card_batch",
    params(BatchPath),
    responses((status = 200, description = "The batch", body = BatchDto), ReadProblems))]
pub async fn cancel_card_batch(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<BatchId>,
) -> ApiResult<Json<BatchDto>> {
    let cancelled = app::batches::cancel(&app, &access.tenant.id, id).await?;
    Ok(Json(cancelled.into()))
}
