//! The gateway's own ledger: money of budgets and cards whose provider leaves the balance to us. What is
//! done there is done when it is written down: there is no call.

mod entries;
mod transfer;

use cardmux_domain::event::EventKind;
use cardmux_domain::id::{InstanceId, OperationId, TenantId, fresh};
use cardmux_domain::ledger::{Book, BookOwner};
use cardmux_domain::operation::{Operation, OperationKind, OperationStatus};
use cardmux_domain::time::Timestamp;

pub(super) use entries::entries;
pub(super) use transfer::{Movement, transfer};

use super::idempotency::Request;
use super::{App, AppError, new_operation};
use crate::operations::{Answer, Subject};
use crate::store::{self, Change, Unit, WriteError};

/// A book that has to be there.
pub(super) async fn book(app: &App, tenant: &TenantId, owner: BookOwner) -> Result<Book, AppError> {
    let book = store::ledger::book_of(&app.store, tenant, owner).await?;
    book.ok_or(AppError::Internal("there is no book in the ledger"))
}

/// Store what was done, with the operation that says so.
pub(super) async fn write(
    app: &App,
    request: &Request,
    subject: &Subject,
    operation: Operation,
    mut unit: Unit,
) -> Result<Answer, WriteError> {
    let answer = app.engine.render(&request.id, subject, &operation);
    if let Some(mut claim) = request.claim(app, subject.tenant(), operation.id) {
        claim.answer = Some(answer.clone());
        unit.push(Change::ClaimKey(claim));
    }
    let succeeded = subject.event(EventKind::OperationSucceeded, Some(&operation));
    unit.push(Change::InsertOperation(operation));
    unit.push(Change::InsertEvent(succeeded));
    app.store.commit(unit).await?;
    Ok(Answer::fresh(answer))
}

/// An operation that has ended as it is written down.
pub(super) fn done(subject: &Subject, kind: OperationKind, now: Timestamp) -> Operation {
    let id: OperationId = fresh();
    Operation {
        instance: InstanceId::ledger(),
        status: OperationStatus::Succeeded,
        occurred_at: Some(now),
        ..new_operation(id, subject, kind, now)
    }
}
