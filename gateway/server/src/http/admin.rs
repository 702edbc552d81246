//! `/admin/v1`: the operator's own view. Not part of the tenants' document.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::extract::Operator;
use crate::app::App;

/// A provider instance as its operator sees it.
#[derive(Serialize)]
pub struct InstanceStatus {
    instance: String,
    kind: &'static str,
    /// `false` while its circuit is open.
    healthy: bool,
}

/// Every configured instance and whether calls to it are let through.
pub async fn list_instances(State(app): State<App>, _: Operator) -> Json<Vec<InstanceStatus>> {
    let instances = app.registry.iter().map(|instance| InstanceStatus {
        instance: instance.id.to_string(),
        kind: instance.provider.kind(),
        healthy: instance.is_healthy(),
    });
    Json(instances.collect())
}
