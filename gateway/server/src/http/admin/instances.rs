use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::named;
use crate::app::App;
use crate::http::document::ListProblems;
use crate::http::dto::{InstanceDto, InstancePage};
use crate::http::extract::{Operator, Query};
use crate::http::problem::ApiResult;
use crate::providers::Instance;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListInstances {
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List provider instances
///
/// Who may use each, and whether calls to it are let through; by name.
#[utoipa::path(get, path = "/admin/v1/instances", tag = "operators", operation_id = "list_instances",
    security(("operator_key" = [])), params(ListInstances),
    responses((status = 200, description = "A page of instances", body = InstancePage), ListProblems))]
pub async fn list_instances(
    State(app): State<App>,
    _: Operator,
    Query(query): Query<ListInstances>,
) -> ApiResult<Json<InstancePage>> {
    let instances = app.registry.iter();
    let instances = instances.map(|instance| (instance.id.to_string(), describe(&app, instance)));
    let after = query.cursor.as_deref();
    let (data, next_cursor) = named(&app, "instances", query.limit, after, instances)?;
    Ok(Json(InstancePage { data, next_cursor }))
}

fn describe(app: &App, instance: &Instance) -> InstanceDto {
    let users = app.tenants.values();
    let users = users.filter(|tenant| tenant.instances.contains(&instance.id));
    InstanceDto {
        instance: instance.id.to_string(),
        kind: instance.provider.kind().to_owned(),
        healthy: instance.is_healthy(),
        tenants: users.map(|tenant| tenant.id.to_string()).collect(),
    }
}
