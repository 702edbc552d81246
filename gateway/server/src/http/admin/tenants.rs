use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::named;
use crate::app::App;
use crate::http::document::ListProblems;
use crate::http::dto::{TenantDto, TenantPage};
use crate::http::extract::{Operator, Query};
use crate::http::problem::ApiResult;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListTenants {
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List tenants
///
/// As configuration declares them, by name.
#[utoipa::path(get, path = "/admin/v1/tenants", tag = "operators", operation_id = "list_tenants",
    security(("operator_key" = [])), params(ListTenants),
    responses((status = 200, description = "A page of tenants", body = TenantPage), ListProblems))]
pub async fn list_tenants(
    State(app): State<App>,
    _: Operator,
    Query(query): Query<ListTenants>,
) -> ApiResult<Json<TenantPage>> {
    let tenants = app.tenants.iter();
    let tenants = tenants.map(|(id, tenant)| (id.to_string(), TenantDto::from(tenant.as_ref())));
    let after = query.cursor.as_deref();
    let (data, next_cursor) = named(&app, "tenants", query.limit, after, tenants)?;
    Ok(Json(TenantPage { data, next_cursor }))
}
