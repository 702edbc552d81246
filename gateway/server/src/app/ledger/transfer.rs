use cardmux_domain::id::TenantId;
use cardmux_domain::ledger::{BookOwner, Cause, LedgerRefused, TransferKind};
use cardmux_domain::money::Money;
use cardmux_domain::operation::{Operation, OperationKind};

use super::{book, done, write};
use crate::app::idempotency::{self, Request};
use crate::app::{App, AppError};
use crate::clock;
use crate::operations::{Answer, Subject};
use crate::store::{Conflict, Unit, WriteError};

/// How often it is tried again after the book was changed meanwhile: cards may be spending.
const MAX_RACES: usize = 64;

/// Money into a book, or out of it.
pub struct Movement {
    pub kind: TransferKind,
    /// What it is to the client.
    pub operation: OperationKind,
    pub amount: Money,
    pub note: Option<String>,
}

/// Move money, on what `checked` reads and lets pass.
pub async fn transfer<F>(
    app: &App,
    tenant: &TenantId,
    movement: &Movement,
    request: &Request,
    checked: impl Fn() -> F,
) -> Result<Answer, AppError>
where
    F: Future<Output = Result<Subject, AppError>>,
{
    for _ in 0..MAX_RACES {
        let tried = match checked().await {
            Ok(subject) => try_transfer(app, subject, movement, request).await,
            Err(error) => Err(error),
        };
        match tried {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => {
                if let Some(answer) = idempotency::replay(app, tenant, request).await? {
                    return Ok(answer);
                }
            }
            Err(error) => return idempotency::replay_or(app, tenant, request, error).await,
        }
    }
    Err(AppError::Busy {
        what: "book",
        pending: None,
    })
}

/// `None` where book or subject were changed, or the key taken, meanwhile.
async fn try_transfer(
    app: &App,
    mut subject: Subject,
    movement: &Movement,
    request: &Request,
) -> Result<Option<Answer>, AppError> {
    let now = clock::now();
    let Some(owner) = owner(&subject) else {
        return Err(AppError::Internal("only budgets and cards have books"));
    };
    let book = book(app, subject.tenant(), owner).await?;
    let Movement {
        kind,
        operation,
        amount,
        note,
    } = movement;
    let operation = Operation {
        amount: Some(*amount),
        received: Some(*amount),
        note: note.clone(),
        ..done(&subject, *operation, now)
    };
    let available = book.spendable().money;
    let mut entry = book.enter(now);
    let cause = Cause {
        source: operation.id.to_string(),
        authorization_id: None,
        operation_id: Some(operation.id),
        note: note.clone(),
    };
    entry
        .transfer(*kind, amount.amount, cause)
        .map_err(|refused| refusal(refused, available))?;
    let mut unit = Unit::new();
    unit.enter(entry);
    // What was checked is still so.
    subject.changed(now);
    unit.push(subject.update());
    match write(app, request, &subject, operation, unit).await {
        Ok(answer) => Ok(Some(answer)),
        Err(WriteError::Conflict(Conflict::Book(_) | Conflict::Subject(_) | Conflict::Key)) => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn owner(subject: &Subject) -> Option<BookOwner> {
    match subject {
        Subject::Budget(budget) => Some(budget.id.into()),
        Subject::Card(card) => Some(card.id.into()),
        Subject::Enrolment(_) | Subject::Dispute(_) => None,
    }
}

fn refusal(refused: LedgerRefused, available: Money) -> AppError {
    match refused {
        LedgerRefused::InsufficientFunds => AppError::State {
            code: "insufficient_funds",
            detail: format!("{available} is available"),
            enrolment: None,
        },
        LedgerRefused::NotPositive | LedgerRefused::TooLarge => AppError::State {
            code: "invalid_request",
            detail: refused.to_string(),
            enrolment: None,
        },
    }
}
