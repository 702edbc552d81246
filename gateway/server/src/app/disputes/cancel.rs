use cardmux_domain::dispute::Dispute;
use cardmux_domain::id::{DisputeId, OperationId, fresh};
use cardmux_domain::operation::OperationKind;

use super::get;
use crate::app::attempt::attempt;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, Tenant, new_operation};
use crate::clock;
use crate::operations::{Answer, Arguments, Intent, Subject};

/// Take a dispute back before it is decided.
pub async fn cancel(
    app: &App,
    tenant: &Tenant,
    id: DisputeId,
    request: Request,
) -> Result<Answer, AppError> {
    let intend = || intend(app, tenant, id, &request);
    attempt(app, &tenant.id, &request, "dispute", intend).await
}

async fn intend(
    app: &App,
    tenant: &Tenant,
    id: DisputeId,
    request: &Request,
) -> Result<Intent, AppError> {
    let dispute = get(app, &tenant.id, id).await?;
    check(&dispute)?;
    let now = clock::now();
    let operation_id: OperationId = fresh();
    let subject = Subject::from(dispute).beginning(operation_id, now);
    let operation = new_operation(operation_id, &subject, OperationKind::CancelDispute, now);
    Ok(Intent {
        alternatives: Vec::new(),
        key: request.claim(app, &tenant.id, operation_id),
        subject,
        subject_is_new: false,
        operation,
        arguments: Arguments::default(),
        also: Vec::new(),
        wait: request.wait,
        request_id: request.id.clone(),
    })
}

fn check(dispute: &Dispute) -> Result<(), AppError> {
    if let Some(pending) = dispute.pending_operation {
        return Err(AppError::Busy {
            what: "dispute",
            pending: Some(pending),
        });
    }
    if dispute.status.is_open() {
        return Ok(());
    }
    Err(AppError::State {
        code: "dispute_not_open",
        detail: format!(
            "dispute `{}` is {}; only one that is pending or in_review can be taken back",
            dispute.id, dispute.status
        ),
        enrolment: None,
    })
}
