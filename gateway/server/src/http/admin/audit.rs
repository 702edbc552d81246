use axum::Json;
use axum::extract::State;
use cardmux_domain::id::AuditId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{cursor, tenant_parameter};
use crate::app::{self, App, Listing};
use crate::http::document::ListProblems;
use crate::http::dto::AuditPage;
use crate::http::extract::{Operator, Query, page_limit};
use crate::http::params::plain_text;
use crate::http::problem::ApiResult;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAudit {
    /// Whose; `operator` for the operator's own keys.
    tenant: String,
    /// The id of what was acted on: `card_…`, `cus_…`, `op_…`, `key_…`.
    subject: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List audit records
///
/// The audit trail of a tenant, newest first.
#[utoipa::path(get, path = "/admin/v1/audit", tag = "operators", operation_id = "list_audit_records",
    security(("operator_key" = [])), params(ListAudit),
    responses((status = 200, description = "A page of records", body = AuditPage), ListProblems))]
pub async fn list_audit_records(
    State(app): State<App>,
    _: Operator,
    Query(query): Query<ListAudit>,
) -> ApiResult<Json<AuditPage>> {
    let tenant = tenant_parameter(&query.tenant)?;
    let subject = plain_text("subject", query.subject.as_deref())?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = cursor("audit", format!("{tenant} {subject:?}"));
    let after = query.cursor.as_deref();
    let after = after.map(|text| cursor.decode(&app, text)).transpose()?;
    let after = after.map(AuditId::from_uuid);
    let Listing { items, next } =
        app::audit::list(&app, &tenant, subject.as_deref(), after, limit).await?;
    Ok(Json(AuditPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
