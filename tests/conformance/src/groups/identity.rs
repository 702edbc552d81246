//! What was made is there, once, and is found under our reference.

use std::collections::HashSet;

use cardmux_domain::card::CardStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ErrorKind, Outcome};

use crate::steps;
use crate::subject::Subject;
use crate::trial::{Group, Result, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Identity,
        card_types_are_listed_with_distinct_refs,
        issue_gives_one_card_that_becomes_active,
        get_of_an_unknown_card_is_not_found,
        find_returns_what_was_issued_and_deposited,
        find_of_an_unknown_reference_is_none,
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
    for card_type in steps::usable_types(subject).await? {
        let card = steps::issue(subject, card_type).await?;
        let ctx = subject.ctx()?;
        let cards = subject.cards()?;
        steps::eventually(async || {
            let seen = cards.get(&ctx, &card.card_ref).await?;
            ensure_eq(&seen.card_ref, &card.card_ref, "the card's id")?;
            Ok((seen.status == CardStatus::Active).then_some(()))
        })
        .await?;
        ensure_eq(
            subject.world.cards_made_with(&card.reference).await?,
            1,
            "cards made",
        )?;
    }
    Ok(())
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
    let issued = steps::find(subject, OperationKind::Issue, &card.reference).await?;
    let issued = issued.ok_or_else(|| steps::broken("the issue is not found"))?;
    ensure_eq(
        issued.reference.as_ref(),
        Some(&card.reference),
        "reference of the issue",
    )?;
    ensure_eq(issued.kind, Some(OperationKind::Issue), "kind of the issue")?;
    ensure_eq(
        issued.card_ref.as_ref(),
        Some(&card.card_ref),
        "card of the issue",
    )?;

    let amount = steps::amount_within(card.card_type.deposit.as_ref(), &card.card_type);
    let request = steps::move_funds(&card, amount);
    let report = subject.funds()?.deposit(&subject.ctx()?, &request).await?;
    steps::succeeded(subject, OperationKind::Deposit, &request.reference, report).await?;
    let found = steps::find(subject, OperationKind::Deposit, &request.reference).await?;
    let found = found.ok_or_else(|| steps::broken("the deposit is not found"))?;
    ensure_eq(found.amount, Some(amount), "amount of the deposit")?;
    ensure_eq(
        found.kind,
        Some(OperationKind::Deposit),
        "kind of the deposit",
    )
}

async fn find_of_an_unknown_reference_is_none(subject: &Subject) -> Result {
    steps::issue_any(subject).await?;
    let found = steps::find(subject, OperationKind::Issue, &steps::new_reference()).await?;
    ensure_eq(found, None, "found")
}
