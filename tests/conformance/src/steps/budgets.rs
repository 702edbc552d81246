//! Budgets with money in them.

use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CreateBudget, MoveBudgetFunds};

use super::{broken, eventually, new_reference, query, succeeded};
use crate::subject::Subject;
use crate::trial::{Result, Stop, ensure};

pub struct Budget {
    pub reference: Reference,
    pub budget_ref: String,
    pub name: String,
    pub currency: Currency,
}

/// A currency budgets can be funded in.
pub async fn currency(subject: &Subject) -> Result<Currency> {
    subject.budgets()?;
    let accounts = subject.funding_accounts()?;
    let accounts = accounts.funding_accounts(&subject.ctx()?).await?;
    let first = accounts.first().map(|account| account.available.currency);
    first.ok_or(Stop::Unsupported("a funding account"))
}

pub fn request(currency: Currency) -> CreateBudget {
    let reference = new_reference();
    CreateBudget {
        name: format!("Budget {}", crate::forms::digits(reference.as_str(), 8)),
        reference,
        currency,
    }
}

pub async fn created(subject: &Subject, currency: Currency) -> Result<Budget> {
    let request = request(currency);
    let report = subject.budgets()?.create(&subject.ctx()?, &request).await?;
    let asked = query(OperationKind::CreateBudget, &request.reference);
    let report = succeeded(subject, &asked, report).await?;
    let id = report.subject_ref;
    Ok(Budget {
        budget_ref: id.ok_or_else(|| broken("a budget has no id"))?,
        reference: request.reference,
        name: request.name,
        currency,
    })
}

/// A budget with a thousand in it.
pub async fn funded(subject: &Subject, currency: Currency) -> Result<Budget> {
    let budget = created(subject, currency).await?;
    let thousand = Decimal::ONE_THOUSAND;
    fund(subject, &budget, thousand).await?;
    becomes(subject, &budget, thousand).await?;
    Ok(budget)
}

pub fn move_funds(budget: &Budget, amount: Decimal) -> MoveBudgetFunds {
    MoveBudgetFunds {
        reference: new_reference(),
        budget_ref: budget.budget_ref.clone(),
        amount: Money::new(amount, budget.currency),
    }
}

pub async fn fund(subject: &Subject, budget: &Budget, amount: Decimal) -> Result<Reference> {
    let request = move_funds(budget, amount);
    let report = subject.budgets()?.fund(&subject.ctx()?, &request).await?;
    let asked = query(OperationKind::FundBudget, &request.reference);
    succeeded(subject, &asked, report).await?;
    Ok(request.reference)
}

pub async fn withdraw(subject: &Subject, budget: &Budget, amount: Decimal) -> Result<Reference> {
    let request = move_funds(budget, amount);
    let report = subject
        .budgets()?
        .withdraw(&subject.ctx()?, &request)
        .await?;
    let asked = query(OperationKind::WithdrawBudget, &request.reference);
    succeeded(subject, &asked, report).await?;
    Ok(request.reference)
}

/// The budget is read until it holds the wanted amount.
pub async fn becomes(subject: &Subject, budget: &Budget, wanted: Decimal) -> Result {
    let (budgets, ctx) = (subject.budgets()?, subject.ctx()?);
    eventually(async || {
        let seen = budgets.get(&ctx, &budget.budget_ref).await?;
        ensure(seen.available.currency == budget.currency, || {
            format!("currency of {}", seen.available)
        })?;
        Ok((seen.available.amount == wanted).then_some(()))
    })
    .await
}
