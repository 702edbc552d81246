use cardmux_domain::budget::{Budget, BudgetStatus};
use cardmux_domain::id::{BudgetId, OperationId, fresh};
use cardmux_domain::money::Money;
use cardmux_domain::operation::{Operation, OperationKind};

use super::{get, ledger, unsupported};
use crate::app::attempt::attempt;
use crate::app::cards::rules;
use crate::app::idempotency::Request;
use crate::app::{App, AppError, Tenant, new_operation};
use crate::clock;
use crate::operations::{Answer, Arguments, Intent, Subject};

/// Money between the funding account and a budget.
#[derive(Debug, Clone)]
pub struct TransferRequest {
    pub budget_id: BudgetId,
    /// `FundBudget` or `WithdrawBudget`.
    pub kind: OperationKind,
    pub amount: Money,
    pub note: Option<String>,
}

/// Fund a budget, or take money back out of it.
pub async fn transfer(
    app: &App,
    tenant: &Tenant,
    wanted: TransferRequest,
    request: Request,
) -> Result<Answer, AppError> {
    let budget = get(app, &tenant.id, wanted.budget_id).await?;
    if budget.is_ledger() {
        check_amount(&budget, &wanted)?;
        return ledger::transfer(app, tenant, &wanted, &request).await;
    }
    let intend = || intend(app, tenant, &wanted, &request);
    attempt(app, &tenant.id, &request, "budget", intend).await
}

async fn intend(
    app: &App,
    tenant: &Tenant,
    wanted: &TransferRequest,
    request: &Request,
) -> Result<Intent, AppError> {
    let budget = get(app, &tenant.id, wanted.budget_id).await?;
    check_transfer(app, &budget, wanted)?;
    let now = clock::now();
    let id: OperationId = fresh();
    let subject = Subject::from(budget).beginning(id, now);
    let operation = Operation {
        amount: Some(wanted.amount),
        note: wanted.note.clone(),
        ..new_operation(id, &subject, wanted.kind, now)
    };
    Ok(Intent {
        alternatives: Vec::new(),
        also: Vec::new(),
        key: request.claim(app, &tenant.id, id),
        subject,
        subject_is_new: false,
        operation,
        arguments: Arguments::default(),
        wait: request.wait,
        request_id: request.id.clone(),
    })
}

fn check_transfer(app: &App, budget: &Budget, wanted: &TransferRequest) -> Result<(), AppError> {
    let instance = app.registry.get(&budget.instance);
    if !instance.is_some_and(|i| i.supports(wanted.kind)) {
        return Err(unsupported(&budget.instance));
    }
    if budget.pending_operation.is_some() {
        return Err(AppError::Busy {
            what: "budget",
            pending: budget.pending_operation,
        });
    }
    if budget.status != BudgetStatus::Active {
        return Err(AppError::State {
            code: "budget_not_active",
            detail: format!("budget `{}` is {}", budget.id, budget.status),
            enrolment: None,
        });
    }
    check_amount(budget, wanted)
}

fn check_amount(budget: &Budget, wanted: &TransferRequest) -> Result<(), AppError> {
    let mut problems = rules::amount("/amount", Some(&wanted.amount), budget.currency, None);
    problems.extend(rules::note(wanted.note.as_deref()));
    match problems.is_empty() {
        true => Ok(()),
        false => Err(AppError::Invalid(problems)),
    }
}
