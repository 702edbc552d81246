use axum::Json;
use axum::extract::State;
use cardmux_domain::id::EnrolmentId;

use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::EnrolmentDto;
use crate::http::extract::{Access, CustomersRead, PathId};
use crate::http::params::EnrolmentPath;
use crate::http::problem::ApiResult;

/// Get an enrolment
///
/// As its provider last told it, with the reasons for what it asks or refuses.
#[utoipa::path(get, path = "/v1/enrolments/{enrolment_id}", tag = "enrolments", operation_id = "get_enrolment", params(EnrolmentPath),
    responses((status = 200, description = "The enrolment", body = EnrolmentDto), ReadProblems))]
pub async fn get_enrolment(
    State(app): State<App>,
    access: Access<CustomersRead>,
    PathId(id): PathId<EnrolmentId>,
) -> ApiResult<Json<EnrolmentDto>> {
    let enrolment = app::enrolments::get(&app, &access.tenant.id, id).await?;
    Ok(Json(enrolment.into()))
}
