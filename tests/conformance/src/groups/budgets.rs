//! Money several cards share, to the cent.

use cardmux_domain::budget::{Direction, FundingAccount};
use cardmux_domain::card::CardModel;
use cardmux_domain::card_type::Requirement;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{EntryQuery, ErrorKind, Outcome, PageRequest};

use super::repeat::{check_repeat, needs_protection};
use crate::steps::{self, budgets as steps_of};
use crate::subject::Subject;
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Budgets,
        budget_created_is_found_by_its_reference,
        budget_unknown_is_not_found,
        budget_funded_and_withdrawn_is_right_to_the_cent,
        budget_funded_with_a_used_reference_moves_nothing,
        budget_funded_beyond_the_funding_account_is_rejected,
        budget_withdrawn_beyond_its_balance_is_rejected,
        budget_entries_explain_its_balance,
        funding_accounts_show_their_balances,
        issue_on_an_enrolment_and_a_budget_draws_on_them,
    )
}

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

async fn new_budget(subject: &Subject) -> Result<steps_of::Budget> {
    let currency = steps_of::currency(subject).await?;
    steps_of::created(subject, currency).await
}

async fn budget_created_is_found_by_its_reference(subject: &Subject) -> Result {
    let budget = new_budget(subject).await?;
    let other = new_budget(subject).await?;
    ensure(budget.budget_ref != other.budget_ref, || {
        "two budgets share an id".to_owned()
    })?;
    let query = cardmux_domain::provider::OperationQuery {
        note: Some(budget.name.clone()),
        ..steps::query(OperationKind::CreateBudget, &budget.reference)
    };
    let found = steps::found(subject, &query).await?;
    ensure_eq(found.subject_ref.as_ref(), Some(&budget.budget_ref), "id")?;
    let seen = subject
        .budgets()?
        .get(&subject.ctx()?, &budget.budget_ref)
        .await?;
    ensure_eq(&seen.budget_ref, &budget.budget_ref, "id")?;
    let nothing = Money::new(Decimal::ZERO, budget.currency);
    ensure_eq(seen.available, nothing, "a new budget's money")
}

async fn budget_unknown_is_not_found(subject: &Subject) -> Result {
    let answer = subject.budgets()?.get(&subject.ctx()?, "999999").await;
    let error = steps::failed(answer)?;
    ensure_eq(error.kind, ErrorKind::NotFound, "kind")?;
    ensure_eq(error.outcome, Outcome::Rejected, "outcome")
}

async fn funding_accounts(subject: &Subject) -> Result<Vec<FundingAccount>> {
    let accounts = subject.funding_accounts()?;
    Ok(accounts.funding_accounts(&subject.ctx()?).await?)
}

/// What the account that funds this currency can spend.
async fn available(subject: &Subject, budget: &steps_of::Budget) -> Result<Decimal> {
    let accounts = funding_accounts(subject).await?;
    let mut accounts = accounts.iter().map(|account| account.available);
    let funding = accounts.find(|available| available.currency == budget.currency);
    let funding = funding.ok_or_else(|| steps::broken("no account funds this currency"))?;
    Ok(funding.amount)
}

async fn budget_funded_and_withdrawn_is_right_to_the_cent(subject: &Subject) -> Result {
    let budget = new_budget(subject).await?;
    let before = available(subject, &budget).await?;
    steps_of::fund(subject, &budget, cents(10_037)).await?;
    steps_of::becomes(subject, &budget, cents(10_037)).await?;
    steps_of::withdraw(subject, &budget, cents(4_008)).await?;
    steps_of::becomes(subject, &budget, cents(6_029)).await?;
    let after = available(subject, &budget).await?;
    ensure_eq(
        before - after,
        cents(6_029),
        "what the funding account gave",
    )
}

async fn budget_funded_with_a_used_reference_moves_nothing(subject: &Subject) -> Result {
    let kind = OperationKind::FundBudget;
    subject.budgets()?;
    needs_protection(subject, kind)?;
    let budget = new_budget(subject).await?;
    let request = steps_of::move_funds(&budget, cents(5_555));
    let (budgets, ctx) = (subject.budgets()?, subject.ctx()?);
    let first = budgets.fund(&ctx, &request).await?;
    let asked = steps::query(kind, &request.reference);
    steps::succeeded(subject, &asked, first).await?;
    let second = budgets.fund(&ctx, &request).await;
    check_repeat(subject, &asked, second).await?;
    steps_of::becomes(subject, &budget, cents(5_555)).await?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "transfers made")
}

async fn budget_funded_beyond_the_funding_account_is_rejected(subject: &Subject) -> Result {
    let budget = new_budget(subject).await?;
    let most = available(subject, &budget).await?;
    let request = steps_of::move_funds(&budget, most + Decimal::ONE);
    let answer = subject.budgets()?.fund(&subject.ctx()?, &request).await;
    let asked = steps::query(OperationKind::FundBudget, &request.reference);
    steps::refused(subject, &asked, answer).await?;
    steps_of::becomes(subject, &budget, Decimal::ZERO).await
}

async fn budget_withdrawn_beyond_its_balance_is_rejected(subject: &Subject) -> Result {
    let budget = new_budget(subject).await?;
    steps_of::fund(subject, &budget, cents(1_000)).await?;
    let request = steps_of::move_funds(&budget, cents(1_001));
    let answer = subject.budgets()?.withdraw(&subject.ctx()?, &request).await;
    let asked = steps::query(OperationKind::WithdrawBudget, &request.reference);
    steps::refused(subject, &asked, answer).await?;
    steps_of::becomes(subject, &budget, cents(1_000)).await
}

async fn budget_entries_explain_its_balance(subject: &Subject) -> Result {
    let budget = new_budget(subject).await?;
    let amounts = [cents(10_037), cents(4_008), cents(700)];
    let [first, out, last] = amounts;
    steps_of::fund(subject, &budget, first).await?;
    steps_of::withdraw(subject, &budget, out).await?;
    steps_of::fund(subject, &budget, last).await?;
    let (budgets, ctx) = (subject.budgets()?, subject.ctx()?);
    let mut entries = Vec::new();
    let mut cursor = None;
    for _page in 0..amounts.len() {
        let query = EntryQuery {
            account_ref: budget.budget_ref.clone(),
            currency: budget.currency,
            from: None,
            to: None,
            page: PageRequest { cursor, limit: 2 },
        };
        let page = budgets.entries(&ctx, &query).await?;
        entries.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let signed: Vec<_> = entries
        .iter()
        .map(|entry| match entry.direction {
            Direction::In => entry.amount.amount,
            Direction::Out => -entry.amount.amount,
        })
        .collect();
    ensure_eq(signed, vec![last, -out, first], "entries, newest first")?;
    let newest = entries.first().and_then(|entry| entry.balance_after);
    if let Some(after) = newest {
        ensure_eq(after.amount, first - out + last, "balance after the newest")?;
    }
    steps_of::becomes(subject, &budget, first - out + last).await
}

async fn funding_accounts_show_their_balances(subject: &Subject) -> Result {
    let accounts = funding_accounts(subject).await?;
    ensure(!accounts.is_empty(), || {
        "no account funds anything".to_owned()
    })?;
    let ids: std::collections::BTreeSet<_> = accounts
        .iter()
        .map(|account| &account.account_ref)
        .collect();
    ensure_eq(ids.len(), accounts.len(), "distinct ids")?;
    if subject.provider.budgets().is_none() {
        return Ok(());
    }
    // A budget is not among them.
    let budget = new_budget(subject).await?;
    let after = funding_accounts(subject).await?;
    let is_budget = after
        .iter()
        .any(|account| account.account_ref == budget.budget_ref);
    ensure(!is_budget, || "a budget funds budgets".to_owned())
}

async fn issue_on_an_enrolment_and_a_budget_draws_on_them(subject: &Subject) -> Result {
    let enrolled = on_an_enrolment(subject).await;
    let budgeted = on_a_budget(subject).await;
    match (enrolled, budgeted) {
        // One of the two is enough for a provider that has no other.
        (Err(Stop::Unsupported(_)), other) | (other, Err(Stop::Unsupported(_))) => other,
        (enrolled, budgeted) => enrolled.and(budgeted),
    }
}

async fn on_an_enrolment(subject: &Subject) -> Result {
    for card_type in steps::enrolments::types(subject).await? {
        let reference = steps::new_reference();
        if card_type.requirements.contains(&Requirement::Cardholder) {
            let without = steps::issue_request(&card_type, &steps::new_reference());
            let answer = subject.cards()?.issue(&subject.ctx()?, &without).await;
            let asked = steps::query(OperationKind::Issue, &without.reference);
            steps::refused(subject, &asked, answer).await?;
        }
        let mut request = steps::issue_request_with_all(subject, &card_type, &reference).await?;
        if request.enrolment_ref.is_none() {
            // Of such a type, a card may also be issued to nobody who is enrolled.
            let enrolment = steps::enrolments::approved(subject, &card_type).await?;
            request.enrolment_ref = Some(enrolment);
        }
        steps::issue_as_asked(subject, card_type, request).await?;
    }
    Ok(())
}

async fn on_a_budget(subject: &Subject) -> Result {
    subject.budgets()?;
    let card_type = steps::type_where(subject, "a type with budgets", |card_type| {
        card_type.model == CardModel::BudgetCard
    })
    .await?;
    let reference = steps::new_reference();
    let request = steps::issue_request_with_all(subject, &card_type, &reference).await?;
    let budget_ref = request.budget_ref.clone();
    let budget_ref = budget_ref.ok_or_else(|| steps::broken("the type needs no budget"))?;
    let money = async || -> Result<Decimal> {
        let budgets = subject.budgets()?;
        Ok(budgets
            .get(&subject.ctx()?, &budget_ref)
            .await?
            .available
            .amount)
    };
    let before = money().await?;
    let card = steps::issue_as_asked(subject, card_type, request).await?;
    let drawn = before - money().await?;
    let amount = card.balance.amount;
    let with_fee = amount
        + card
            .card_type
            .issue_fee
            .map_or(Decimal::ZERO, |fee| fee.amount);
    ensure(amount.is_sign_positive() && !amount.is_zero(), || {
        "the card was issued with nothing".to_owned()
    })?;
    // Whether the price of the card comes out of the budget is the provider's affair.
    ensure(drawn == amount || drawn == with_fee, || {
        format!("{drawn} was drawn for {amount} and a fee")
    })?;
    let second = steps::deposit(subject, &card, card.balance).await?;
    let fee = second.fee.map_or(Decimal::ZERO, |fee| fee.amount);
    let drawn_more = before - money().await? - drawn;
    ensure(drawn_more == amount || drawn_more == amount + fee, || {
        format!("{drawn_more} was drawn for a deposit of {amount}")
    })
}
