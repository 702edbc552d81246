use axum::extract::State;
use cardmux_domain::id::SpendControlId;

use super::tagged;
use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::SpendControlDto;
use crate::http::extract::{Access, CardsRead, PathId};
use crate::http::params::SpendControlPath;
use crate::http::problem::ApiResult;
use crate::http::tagged::Tagged;

/// Get a spend control
///
/// With who sees to it at each provider it reaches.
#[utoipa::path(get, path = "/v1/spend-controls/{spend_control_id}", tag = "spend controls", operation_id = "get_spend_control",
    params(SpendControlPath),
    responses(
        (status = 200, description = "The control", body = SpendControlDto, headers(("etag" = String, description = "The control's version"))),
        ReadProblems,
    ))]
pub async fn get_spend_control(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<SpendControlId>,
) -> ApiResult<Tagged<SpendControlDto>> {
    let control = app::spend_controls::get(&app, &access.tenant, id).await?;
    Ok(tagged(control))
}
