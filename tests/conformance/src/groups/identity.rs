//! What was made is there, once, and is found under our reference.

use std::collections::HashSet;

use cardmux_domain::card::CardStatus;
use cardmux_domain::money::Decimal;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CreateKey, ErrorKind, OperationQuery, OperationReport, Outcome, Reported, Trace,
};

use crate::steps::changes::Change;
use crate::steps::{self, budgets};
use crate::subject::Subject;
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Identity,
        card_types_are_listed_with_distinct_refs,
        issue_gives_one_card_that_becomes_active,
        get_of_an_unknown_card_is_not_found,
        find_returns_what_was_issued_and_deposited,
        find_returns_enrolments_budgets_and_transfers,
        find_of_an_unknown_reference_is_absent,
    )
}

async fn card_types_are_listed_with_distinct_refs(subject: &Subject) -> Result {
    let types = subject.catalogue()?.card_types(&subject.ctx()?).await?;
    let refs: HashSet<_> = types
        .iter()
        .map(|card_type| &card_type.provider_ref)
        .collect();
    ensure(!types.is_empty(), || "no card types are listed".to_owned())?;
    ensure_eq(refs.len(), types.len(), "distinct refs")
}

async fn issue_gives_one_card_that_becomes_active(subject: &Subject) -> Result {
    let mut shown = true;
    for card_type in steps::usable_types(subject).await? {
        let card = steps::issue(subject, card_type).await?;
        let ctx = subject.ctx()?;
        let cards = subject.cards()?;
        steps::eventually(async || {
            let seen = cards.get(&ctx, &card.card_ref).await?;
            ensure_eq(&seen.card_ref, &card.card_ref, "the card's id")?;
            shown = seen.status_known;
            Ok((!shown || seen.status == CardStatus::Active).then_some(()))
        })
        .await?;
        let asked = steps::query(OperationKind::Issue, &card.reference);
        ensure_eq(steps::made(subject, &asked).await?, 1, "cards made")?;
    }
    match shown {
        true => Ok(()),
        false => Err(steps::SHOWN_STATUS),
    }
}

async fn get_of_an_unknown_card_is_not_found(subject: &Subject) -> Result {
    // The id of a real card with another end: well formed wherever ids have a form.
    let card = steps::issue_any(subject).await?;
    let unknown = format!("{}9", card.card_ref);
    let error = steps::failed(subject.cards()?.get(&subject.ctx()?, &unknown).await)?;
    ensure_eq(error.outcome, Outcome::Rejected, "outcome")?;
    ensure_eq(error.kind, ErrorKind::NotFound, "kind")
}

async fn find_returns_what_was_issued_and_deposited(subject: &Subject) -> Result {
    subject.operations()?;
    let card = steps::issue_any(subject).await?;
    let asked = steps::query(OperationKind::Issue, &card.reference);
    let issued = steps::found(subject, &asked).await?;
    ensure_eq(
        issued.reference.as_ref(),
        Some(&card.reference),
        "reference of the issue",
    )?;
    ensure_eq(issued.kind, Some(OperationKind::Issue), "kind of the issue")?;
    ensure_eq(
        issued.subject_ref.as_ref(),
        Some(&card.card_ref),
        "card of the issue",
    )?;

    let (amount, kind) = (steps::amount_for(&card), OperationKind::Deposit);
    let (request, asked) = steps::moving(subject, &card, kind, amount).await?;
    let report = subject.funds()?.deposit(&subject.ctx()?, &request).await?;
    steps::succeeded(subject, &asked, report).await?;
    let found = steps::found(subject, &asked).await?;
    ensure_eq(found.amount, Some(amount), "amount of the deposit")?;
    ensure_eq(
        found.kind,
        Some(OperationKind::Deposit),
        "kind of the deposit",
    )
}

async fn find_returns_enrolments_budgets_and_transfers(subject: &Subject) -> Result {
    let enrolled = found_enrolment(subject).await;
    let budgeted = found_budget(subject).await;
    match (enrolled, budgeted) {
        // One of the two is enough for a provider that has no other.
        (Err(Stop::Unsupported(_)), other) | (other, Err(Stop::Unsupported(_))) => other,
        (enrolled, budgeted) => enrolled.and(budgeted),
    }
}

async fn is_found(subject: &Subject, change: &Change) -> Result<OperationReport> {
    let query = change.query();
    let report = change.send(subject).await??;
    let report = steps::succeeded(subject, &query, report).await?;
    let key = subject.provider.traits().create_key_of(query.kind);
    // Where the provider keeps nothing of ours, it is found by what the answer told.
    let query = OperationQuery {
        subject_ref: match key {
            CreateKey::None => report.subject_ref.or(query.subject_ref),
            CreateKey::Unique | CreateKey::Replay => query.subject_ref,
        },
        ..query
    };
    let found = steps::found(subject, &query).await?;
    ensure_eq(found.kind, Some(query.kind), "kind")?;
    ensure_eq(found.reported.clone(), Reported::Succeeded, "result")?;
    Ok(found)
}

async fn found_enrolment(subject: &Subject) -> Result {
    let card_type = steps::enrolments::any_type(subject).await?;
    let request = steps::enrolments::request(subject, &card_type).await?;
    let found = is_found(subject, &Change::Enrol(request)).await?;
    let named = found.enrolment.map(|enrolment| enrolment.enrolment_ref);
    ensure(
        found.subject_ref.is_some() && named == found.subject_ref,
        || "the found enrolment is not named".to_owned(),
    )
}

async fn found_budget(subject: &Subject) -> Result {
    let currency = budgets::currency(subject).await?;
    let found = is_found(subject, &Change::CreateBudget(budgets::request(currency))).await?;
    let budget = budgets::created(subject, currency).await?;
    ensure(found.subject_ref.is_some(), || {
        "the found budget has no id".to_owned()
    })?;
    let fund = budgets::move_funds(&budget, Decimal::TEN);
    is_found(subject, &Change::FundBudget(fund)).await?;
    let withdrawal = budgets::move_funds(&budget, Decimal::ONE);
    is_found(subject, &Change::WithdrawBudget(withdrawal)).await?;
    Ok(())
}

async fn find_of_an_unknown_reference_is_absent(subject: &Subject) -> Result {
    let card = steps::issue_any(subject).await?;
    let asked = OperationQuery {
        known: vec![card.card_ref],
        ..steps::query(OperationKind::Issue, &steps::new_reference())
    };
    let found = steps::trace_of(subject, &asked).await?;
    ensure_eq(found, Trace::Absent, "found")
}
