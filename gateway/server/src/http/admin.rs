//! `/admin/v1`: the operator's own view. Not part of the tenants' document.

use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{AuditId, OperationId, TenantId};
use serde::{Deserialize, Serialize};

use super::dto::OperationDto;
use super::extract::{Body, Meta, Operator, PathId, Query, page_limit};
use super::problem::ApiResult;
use super::router::{parse_parameter, plain_text};
use crate::app::{self, App, AppError, FieldProblem};
use crate::operations::Decision;
use crate::store::audit::{self, AuditRecord};

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListAudit {
    tenant: String,
    /// The id of what was acted on: `card_…`, `cus_…`.
    subject: Option<String>,
    limit: Option<usize>,
    /// The last id of the page before.
    after: Option<String>,
}

/// Who saw or erased what, and when.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditLine {
    id: String,
    action: String,
    subject: String,
    /// The API key that was used.
    actor: String,
    request_id: String,
    created_at: String,
}

/// The audit trail of a tenant, newest first.
pub async fn list_audit(
    State(app): State<App>,
    _: Operator,
    Query(query): Query<ListAudit>,
) -> ApiResult<Json<Vec<AuditLine>>> {
    let tenant = parse_parameter::<TenantId>("tenant", Some(&query.tenant))?;
    let tenant = tenant.ok_or(AppError::Internal("a parameter that is there was parsed"))?;
    let subject = plain_text("subject", query.subject.as_deref())?;
    let after = parse_parameter::<AuditId>("after", query.after.as_deref())?;
    let limit = page_limit(&app, query.limit)?;
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    let lines = audit::list(&app.store, &tenant, subject.as_deref(), after, limit);
    let lines = lines.await.map_err(AppError::from)?;
    Ok(Json(lines.into_iter().map(AuditLine::from).collect()))
}

impl From<AuditRecord> for AuditLine {
    fn from(record: AuditRecord) -> Self {
        let AuditRecord {
            id,
            tenant: _,
            action,
            subject,
            actor,
            request_id,
            created_at,
        } = record;
        Self {
            id: id.to_string(),
            action,
            subject,
            actor,
            request_id,
            created_at: created_at.to_string(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfTenant {
    tenant: String,
}

/// What a person found out at the provider about an operation that needs attention.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecideBody {
    happened: bool,
    /// The provider's id of what was made: card, enrolment, budget or dispute.
    provider_ref: Option<String>,
}

/// End an operation that asks for a person, as they found it at the provider.
pub async fn decide_operation(
    State(app): State<App>,
    operator: Operator,
    PathId(id): PathId<OperationId>,
    Query(query): Query<OfTenant>,
    meta: Meta,
    Body { value, bytes: _ }: Body<DecideBody>,
) -> ApiResult<Json<OperationDto>> {
    let tenant = parse_parameter::<TenantId>("tenant", Some(&query.tenant))?;
    let tenant = tenant.ok_or(AppError::Internal("a parameter that is there was parsed"))?;
    let decision = match value {
        DecideBody {
            happened: true,
            provider_ref,
        } => Decision::Happened {
            subject_ref: provider_ref,
        },
        DecideBody {
            happened: false,
            provider_ref: None,
        } => Decision::NotDone,
        DecideBody {
            happened: false,
            provider_ref: Some(_),
        } => {
            let detail = "what did not happen made nothing";
            let problem = FieldProblem::body("/providerRef", "not_taken", detail);
            return Err(AppError::Invalid(vec![problem]).into());
        }
    };
    let decided =
        app::operations::decide(&app, &tenant, id, decision, operator.key, &meta.id).await?;
    Ok(Json(decided.into()))
}
