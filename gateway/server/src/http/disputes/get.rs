use axum::extract::State;
use cardmux_domain::id::DisputeId;

use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::DisputeDto;
use crate::http::extract::{Access, CardsRead, PathId};
use crate::http::params::DisputePath;
use crate::http::problem::ApiResult;
use crate::http::tagged::Tagged;

/// Get a dispute
///
/// As its provider last told it.
#[utoipa::path(get, path = "/v1/disputes/{dispute_id}", tag = "disputes", operation_id = "get_dispute", params(DisputePath),
    responses(
        (status = 200, description = "The dispute", body = DisputeDto, headers(("etag" = String, description = "The dispute's version"))),
        ReadProblems,
    ))]
pub async fn get_dispute(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<DisputeId>,
) -> ApiResult<Tagged<DisputeDto>> {
    let dispute = app::disputes::get(&app, &access.tenant.id, id).await?;
    Ok(Tagged {
        version: dispute.version,
        resource: dispute.into(),
    })
}
