//! Operations as clients see them.

use cardmux_domain::id::{ApiKeyId, OperationId, TenantId, fresh};
use cardmux_domain::operation::Operation;

use super::{App, AppError, FieldProblem, Listing, rows_for};
use crate::operations::{Decision, Subject};
use crate::store::audit::AuditRecord;
use crate::store::operations::OperationFilter;
use crate::store::{Change, Unit};
use crate::{clock, store};

pub async fn get(app: &App, tenant: &TenantId, id: OperationId) -> Result<Operation, AppError> {
    store::operations::get(&app.store, tenant, id)
        .await?
        .ok_or_else(|| AppError::NotFound {
            what: "operation",
            id: id.to_string(),
        })
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &OperationFilter,
    after: Option<OperationId>,
    limit: usize,
) -> Result<Listing<Operation, OperationId>, AppError> {
    let rows = store::operations::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |operation| operation.id))
}

/// Of one tenant or of all, for the operator.
pub async fn list_for_operator(
    app: &App,
    tenant: Option<&TenantId>,
    filter: &OperationFilter,
    after: Option<OperationId>,
    limit: usize,
) -> Result<Listing<Operation, OperationId>, AppError> {
    let rows = rows_for(limit);
    let rows = store::operations::list_for_operator(&app.store, tenant, filter, after, rows);
    Ok(Listing::from_surplus(rows.await?, limit, |operation| {
        operation.id
    }))
}

/// What a person found out about an operation that asks for one: it ends as they say.
pub async fn decide(
    app: &App,
    tenant: &TenantId,
    id: OperationId,
    decision: Decision,
    actor: ApiKeyId,
    request_id: &str,
) -> Result<Operation, AppError> {
    let operation = get(app, tenant, id).await?;
    if operation.attention.is_none() || operation.status.is_final() {
        return Err(AppError::State {
            code: "operation_not_open",
            detail: format!(
                "operation `{id}` is {} and asks for nobody: the gateway decides it by itself",
                operation.status
            ),
            enrolment: None,
        });
    }
    let subject = Subject::load(&app.store, tenant, operation.subject).await?;
    let is_named = subject.is_some_and(|subject| subject.provider_ref().is_some());
    if !is_named && decision == (Decision::Happened { subject_ref: None }) {
        let detail = "what the provider made has an id there: without it, it is lost";
        let problem = FieldProblem::body("/providerRef", "required", detail);
        return Err(AppError::Invalid(vec![problem]));
    }
    let what = match &decision {
        Decision::Happened { .. } => "operation.decided_happened",
        Decision::NotDone => "operation.decided_not_done",
    };
    // Before it takes effect: who decided is never lost.
    let record = AuditRecord {
        id: fresh(),
        tenant: tenant.clone(),
        action: what.to_owned(),
        subject: id.to_string(),
        actor: actor.to_string(),
        request_id: request_id.to_owned(),
        created_at: clock::now(),
    };
    let unit = Unit::new().with(Change::InsertAudit(record));
    app.store.commit(unit).await?;
    Ok(app.engine.decide(operation, &decision, request_id).await?)
}
