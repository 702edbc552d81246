//! Budgets in the gateway's own ledger, for cards whose provider leaves balance and decision to us.
//! What is done to them is done when it is written down: there is no call.

use cardmux_domain::budget::{Budget, BudgetStatus, Direction, LedgerEntry};
use cardmux_domain::card::Balance;
use cardmux_domain::event::EventKind;
use cardmux_domain::id::{BudgetId, InstanceId, OperationId, TenantId, fresh};
use cardmux_domain::ledger::{Account, Book, Cause, LedgerRefused, Transfer, TransferKind};
use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::operation::{Operation, OperationKind, OperationStatus};
use cardmux_domain::provider::Page;
use cardmux_domain::time::Timestamp;

use super::{BudgetRequest, EntryFilter, TransferRequest, get};
use crate::app::idempotency::{self, Request};
use crate::app::{App, AppError, FieldProblem, Tenant, new_operation};
use crate::clock;
use crate::operations::{Answer, Subject};
use crate::store::ledger::TransferFilter;
use crate::store::{self, Change, Conflict, Unit, WriteError};

/// How often it is tried again after the book was changed meanwhile: cards may be spending.
const MAX_RACES: usize = 64;

/// Open a budget in the ledger.
pub(super) async fn create(
    app: &App,
    tenant: &Tenant,
    wanted: &BudgetRequest,
    request: &Request,
) -> Result<Answer, AppError> {
    let now = clock::now();
    let BudgetRequest {
        instance: _,
        name,
        currency,
        external_id,
        metadata,
    } = wanted.clone();
    let budget = Budget {
        id: fresh(),
        tenant: tenant.id.clone(),
        instance: InstanceId::ledger(),
        name,
        status: BudgetStatus::Active,
        provider_ref: None,
        currency,
        balance: Some(Balance {
            money: Money::new(Decimal::ZERO, currency),
            as_of: now,
        }),
        external_id,
        metadata,
        pending_operation: None,
        refresh_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let book = Book::open(budget.id, tenant.id.clone(), currency, now);
    let subject = Subject::from(budget);
    let operation = done(&subject, OperationKind::CreateBudget, None, None, now);
    let unit = Unit::new()
        .with(subject.insert())
        .with(Change::InsertBook(book))
        .with(Change::InsertEvent(
            subject.event(EventKind::BudgetCreated, None),
        ));
    let written = write(app, request, subject, operation, unit).await;
    match written {
        Ok(answer) => Ok(answer),
        Err(WriteError::Conflict(Conflict::Key)) => {
            let taken = AppError::KeyInUse;
            idempotency::replay_or(app, &tenant.id, request, taken).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Put money in, or take it out.
pub(super) async fn transfer(
    app: &App,
    tenant: &Tenant,
    wanted: &TransferRequest,
    request: &Request,
) -> Result<Answer, AppError> {
    for _ in 0..MAX_RACES {
        let budget = get(app, &tenant.id, wanted.budget_id).await?;
        match try_transfer(app, budget, wanted, request).await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => {
                if let Some(answer) = idempotency::replay(app, &tenant.id, request).await? {
                    return Ok(answer);
                }
            }
            Err(error) => return idempotency::replay_or(app, &tenant.id, request, error).await,
        }
    }
    Err(AppError::Busy {
        what: "budget",
        pending: None,
    })
}

/// `None` where the book was changed, or the key taken, meanwhile.
async fn try_transfer(
    app: &App,
    budget: Budget,
    wanted: &TransferRequest,
    request: &Request,
) -> Result<Option<Answer>, AppError> {
    let now = clock::now();
    let book = book(app, &budget.tenant, budget.id).await?;
    let kind = match wanted.kind == OperationKind::WithdrawBudget {
        true => TransferKind::Withdraw,
        false => TransferKind::Fund,
    };
    let subject = Subject::from(budget);
    let amount = Some(wanted.amount);
    let operation = done(&subject, wanted.kind, amount, wanted.note.clone(), now);
    let mut entry = book.enter(now);
    let cause = Cause {
        source: operation.id.to_string(),
        authorization_id: None,
        operation_id: Some(operation.id),
        note: wanted.note.clone(),
    };
    let available = entry.book.available;
    entry
        .transfer(kind, wanted.amount.amount, cause)
        .map_err(|refused| refusal(refused, Money::new(available, wanted.amount.currency)))?;
    let mut unit = Unit::new();
    unit.enter(entry);
    match write(app, request, subject, operation, unit).await {
        Ok(answer) => Ok(Some(answer)),
        Err(WriteError::Conflict(Conflict::Book(_) | Conflict::Key)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn refusal(refused: LedgerRefused, available: Money) -> AppError {
    match refused {
        LedgerRefused::InsufficientFunds => AppError::State {
            code: "insufficient_funds",
            detail: format!("the budget has {available} available"),
            enrolment: None,
        },
        LedgerRefused::NotPositive | LedgerRefused::TooLarge => AppError::State {
            code: "invalid_request",
            detail: refused.to_string(),
            enrolment: None,
        },
    }
}

/// An operation that has ended as it is written down.
fn done(
    subject: &Subject,
    kind: OperationKind,
    amount: Option<Money>,
    note: Option<String>,
    now: Timestamp,
) -> Operation {
    let id: OperationId = fresh();
    Operation {
        status: OperationStatus::Succeeded,
        amount,
        received: amount,
        note,
        occurred_at: Some(now),
        ..new_operation(id, subject, kind, now)
    }
}

async fn write(
    app: &App,
    request: &Request,
    subject: Subject,
    operation: Operation,
    mut unit: Unit,
) -> Result<Answer, WriteError> {
    let answer = app.engine.render(&request.id, &subject, &operation);
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

/// The accounts of a ledger budget.
pub async fn book(app: &App, tenant: &TenantId, id: BudgetId) -> Result<Book, AppError> {
    let book = store::ledger::book_of(&app.store, tenant, id).await?;
    book.ok_or(AppError::Internal("a ledger budget has no book"))
}

/// What was booked, newest first. The cursor is the place of the last entry in the book.
pub(super) async fn entries(
    app: &App,
    budget: &Budget,
    filter: EntryFilter,
) -> Result<Page<LedgerEntry>, AppError> {
    let EntryFilter { from, to, page } = filter;
    let after = match page.cursor.as_deref() {
        Some(text) => Some(
            place(text).ok_or(AppError::Invalid(vec![FieldProblem::parameter(
                "cursor",
                "bad_cursor",
                "is not a cursor of this list",
            )]))?,
        ),
        None => None,
    };
    let span = TransferFilter { from, to };
    let limit = u64::from(page.limit) + 1;
    let read = store::ledger::transfers(&app.store, &budget.tenant, budget.id, &span, after, limit);
    let mut transfers = read.await?;
    let more = transfers.len() > usize::try_from(page.limit).unwrap_or(usize::MAX);
    if more {
        transfers.pop();
    }
    let next = transfers.last().filter(|_| more);
    let next = next.map(|last| format!("{}.{}", last.book_version, last.position));
    let items = transfers.into_iter().map(|t| shown(t, budget.currency));
    Ok(Page {
        items: items.collect(),
        next,
    })
}

fn place(text: &str) -> Option<(i64, i64)> {
    let (version, position) = text.split_once('.')?;
    Some((version.parse().ok()?, position.parse().ok()?))
}

/// A transfer as an entry of the budget: what it did to what is available, or to what is held where
/// it left that alone.
fn shown(transfer: Transfer, currency: Currency) -> LedgerEntry {
    let (from, to) = transfer.kind.accounts();
    let incoming = to == Account::Available || (from != Account::Available && to == Account::Held);
    let (direction, after) = match incoming {
        true => (Direction::In, transfer.to_after),
        false => (Direction::Out, transfer.from_after),
    };
    let before = match incoming {
        true => after - transfer.amount,
        false => after + transfer.amount,
    };
    let money = |amount| Some(Money::new(amount, currency));
    let authorization = transfer.authorization_id.map(|id| id.to_string());
    let operation = transfer.operation_id.map(|id| id.to_string());
    LedgerEntry {
        entry_ref: transfer.id.to_string(),
        direction,
        kind: transfer.kind.to_string(),
        amount: Money::new(transfer.amount, currency),
        balance_before: money(before),
        balance_after: money(after),
        order_ref: authorization.or(operation),
        remark: transfer.note,
        booked_at: transfer.booked_at,
    }
}
