use axum::Json;
use axum::extract::State;
use cardmux_domain::id::AuthorizationId;

use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::AuthorizationDto;
use crate::http::extract::{Access, CardsRead, PathId};
use crate::http::params::AuthorizationPath;
use crate::http::problem::ApiResult;

/// Get an authorization
///
/// With everything that was decided about it: why, by which controls, and when.
#[utoipa::path(get, path = "/v1/authorizations/{authorization_id}", tag = "authorizations", operation_id = "get_authorization",
    params(AuthorizationPath),
    responses((status = 200, description = "The authorization", body = AuthorizationDto), ReadProblems))]
pub async fn get_authorization(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<AuthorizationId>,
) -> ApiResult<Json<AuthorizationDto>> {
    let authorization = app::authorizations::get(&app, &access.tenant.id, id).await?;
    Ok(Json(authorization.into()))
}
