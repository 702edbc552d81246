use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{OperationId, TenantId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{cursor, tenant_parameter};
use crate::app::{self, App, Listing};
use crate::http::document::{ChangeProblems, ListProblems};
use crate::http::dto::{DecideOperationBody, OperationDto, TenantOperationPage};
use crate::http::extract::{Body, Meta, Operator, PathId, Query, page_limit};
use crate::http::params::parse_parameter;
use crate::http::problem::ApiResult;
use crate::store::operations::OperationFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAllOperations {
    /// Only this tenant's.
    tenant: Option<String>,
    /// Only those a person has to look at, or only the others.
    needs_attention: Option<bool>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List operations of all tenants
///
/// Newest first. With `needsAttention=true` the queue of what only a person can end.
#[utoipa::path(get, path = "/admin/v1/operations", tag = "operators", operation_id = "list_all_operations",
    security(("operator_key" = [])), params(ListAllOperations),
    responses((status = 200, description = "A page of operations", body = TenantOperationPage), ListProblems))]
pub async fn list_all_operations(
    State(app): State<App>,
    _: Operator,
    Query(query): Query<ListAllOperations>,
) -> ApiResult<Json<TenantOperationPage>> {
    let tenant = parse_parameter::<TenantId>("tenant", query.tenant.as_deref())?;
    let filter = OperationFilter {
        needs_attention: query.needs_attention,
        ..OperationFilter::default()
    };
    let limit = page_limit(&app, query.limit)?;
    let cursor = cursor("all-operations", format!("{tenant:?} {filter:?}"));
    let after = query.cursor.as_deref();
    let after = after.map(|text| cursor.decode(&app, text)).transpose()?;
    let after = after.map(OperationId::from_uuid);
    let Listing { items, next } =
        app::operations::list_for_operator(&app, tenant.as_ref(), &filter, after, limit).await?;
    Ok(Json(TenantOperationPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfTenant {
    /// Whose operation it is.
    tenant: String,
}

/// Decide an operation
///
/// End one that asks for a person, as they found it at the provider. Recorded in the audit trail.
#[utoipa::path(post, path = "/admin/v1/operations/{operation_id}/decide", tag = "operators", operation_id = "decide_operation",
    security(("operator_key" = [])),
    params(("operation_id" = String, Path, description = "`op_…`"), OfTenant), request_body = DecideOperationBody,
    responses((status = 200, description = "The operation, ended", body = OperationDto), ChangeProblems))]
pub async fn decide_operation(
    State(app): State<App>,
    operator: Operator,
    PathId(id): PathId<OperationId>,
    Query(query): Query<OfTenant>,
    meta: Meta,
    Body { value, bytes: _ }: Body<DecideOperationBody>,
) -> ApiResult<Json<OperationDto>> {
    let tenant = tenant_parameter(&query.tenant)?;
    let decision = value.parse()?;
    let decided =
        app::operations::decide(&app, &tenant, id, decision, operator.key, &meta.id).await?;
    Ok(Json(decided.into()))
}
