//! Budgets in the gateway's own ledger.

use cardmux_domain::budget::{Budget, BudgetStatus};
use cardmux_domain::card::Balance;
use cardmux_domain::event::EventKind;
use cardmux_domain::id::{InstanceId, fresh};
use cardmux_domain::ledger::{Book, TransferKind};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;

use super::{BudgetRequest, TransferRequest, get};
use crate::app::idempotency::{self, Request};
use crate::app::ledger::{self, Movement};
use crate::app::{App, AppError, Tenant};
use crate::clock;
use crate::operations::{Answer, Subject};
use crate::store::{Change, Conflict, Unit, WriteError};

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
    let operation = ledger::done(&subject, OperationKind::CreateBudget, now);
    let unit = Unit::new()
        .with(subject.insert())
        .with(Change::InsertBook(book))
        .with(Change::InsertEvent(
            subject.event(EventKind::BudgetCreated, None),
        ));
    let written = ledger::write(app, request, &subject, operation, unit).await;
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
    let movement = Movement {
        kind: match wanted.kind == OperationKind::WithdrawBudget {
            true => TransferKind::Withdraw,
            false => TransferKind::Fund,
        },
        operation: wanted.kind,
        amount: wanted.amount,
        note: wanted.note.clone(),
    };
    let budget = || async {
        let budget = get(app, &tenant.id, wanted.budget_id).await?;
        Ok(Subject::from(budget))
    };
    ledger::transfer(app, &tenant.id, &movement, request, budget).await
}
