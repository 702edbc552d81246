use axum::extract::State;
use cardmux_domain::id::SpendControlId;

use super::tagged;
use crate::app::{self, App};
use crate::http::document::{ChangeProblems, StaleProblems};
use crate::http::dto::{PatchSpendControlBody, SpendControlDto};
use crate::http::extract::{Access, Body, CardsWrite, IfMatch, Meta, PathId};
use crate::http::params::SpendControlPath;
use crate::http::problem::ApiResult;
use crate::http::tagged::Tagged;

/// Update a spend control
///
/// A draft becomes live with `stage`, and what it replaces is deleted in the same moment. With
/// `If-Match`, only if the control still has that version.
#[utoipa::path(patch, path = "/v1/spend-controls/{spend_control_id}", tag = "spend controls", operation_id = "update_spend_control",
    params(SpendControlPath, ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    request_body = PatchSpendControlBody,
    responses(
        (status = 200, description = "The control", body = SpendControlDto, headers(("etag" = String, description = "The control's version"))),
        StaleProblems,
        ChangeProblems,
    ))]
pub async fn update_spend_control(
    State(app): State<App>,
    access: Access<CardsWrite>,
    PathId(id): PathId<SpendControlId>,
    IfMatch(expected): IfMatch,
    meta: Meta,
    Body { value, bytes: _ }: Body<PatchSpendControlBody>,
) -> ApiResult<Tagged<SpendControlDto>> {
    let patch = value.parse()?;
    let by = (access.key, meta.id.as_str());
    let control =
        app::spend_controls::update(&app, &access.tenant, id, patch, expected, by).await?;
    Ok(tagged(control))
}
