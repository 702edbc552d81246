use axum::Json;
use axum::extract::State;
use cardmux_domain::id::BatchId;

use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::BatchDto;
use crate::http::extract::{Access, CardsRead, PathId};
use crate::http::params::BatchPath;
use crate::http::problem::ApiResult;

/// Get a batch
///
/// With the number of its cards by status, which is its progress.
#[utoipa::path(get, path = "/v1/card-batches/{batch_id}", tag = "card batches", operation_id = "get_card_batch", params(BatchPath),
    responses((status = 200, description = "The batch", body = BatchDto), ReadProblems))]
pub async fn get_card_batch(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<BatchId>,
) -> ApiResult<Json<BatchDto>> {
    let found = app::batches::get(&app, &access.tenant.id, id).await?;
    Ok(Json(found.into()))
}
