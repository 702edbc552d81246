use axum::extract::State;
use axum::http::StatusCode;
use cardmux_domain::id::SpendControlId;

use crate::app::{self, App};
use crate::http::document::{HeaderProblems, ReadProblems, StaleProblems};
use crate::http::extract::{Access, CardsWrite, IfMatch, Meta, PathId};
use crate::http::params::SpendControlPath;
use crate::http::problem::ApiResult;

/// Delete a spend control
///
/// From then on it says nothing; authorizations it had a say in keep its id and version. With
/// `If-Match`, only if the control still has that version.
#[utoipa::path(delete, path = "/v1/spend-controls/{spend_control_id}", tag = "spend controls", operation_id = "delete_spend_control",
    params(SpendControlPath, ("If-Match" = Option<String>, Header, description = "The `ETag` the decision is based on")),
    responses(
        (status = 204, description = "The control is deleted"),
        HeaderProblems, StaleProblems,
        ReadProblems,
    ))]
pub async fn delete_spend_control(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<SpendControlId>,
    IfMatch(expected): IfMatch,
    meta: Meta,
) -> ApiResult<StatusCode> {
    let by = (access.key, meta.id.as_str());
    app::spend_controls::delete(&app, &access.tenant.id, id, expected, by).await?;
    Ok(StatusCode::NO_CONTENT)
}
