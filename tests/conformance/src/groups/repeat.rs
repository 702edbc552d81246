//! Twice the same reference is once the effect, where the provider promises it.

use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CreateKey, ErrorKind, OperationReport, Outcome, ProviderError};

use crate::steps;
use crate::subject::{Call, Fault, Subject};
use crate::trial::{Group, Result, Stop, Trial, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Repeat,
        issue_with_a_used_reference_makes_no_second_card,
        issue_repeated_after_a_lost_answer_makes_no_second_card,
        deposit_with_a_used_reference_moves_nothing,
    )
}

/// The second answer must be what the adapter's traits announce.
async fn check_repeat(
    subject: &Subject,
    kind: OperationKind,
    reference: &Reference,
    second: std::result::Result<OperationReport, ProviderError>,
) -> Result {
    match subject.provider.traits().create_key {
        CreateKey::Unique => {
            let error = steps::failed(second)?;
            // Not `Rejected`: the operation that bears this reference was received, and calling it
            // refused would let it be recorded as failed.
            ensure_eq(error.outcome, Outcome::Unknown, "outcome")?;
            ensure_eq(error.kind, ErrorKind::DuplicateReference, "kind")
        }
        CreateKey::Replay => {
            let first = steps::find(subject, kind, reference).await?;
            let first = first.and_then(|report| report.provider_ref);
            ensure_eq(second?.provider_ref, first, "the first answer again")
        }
        CreateKey::None => Err(unprotected()),
    }
}

fn unprotected() -> Stop {
    Stop::Unsupported("references protect nothing here")
}

fn needs_protection(subject: &Subject) -> Result {
    match subject.provider.traits().create_key {
        CreateKey::Unique | CreateKey::Replay => Ok(()),
        CreateKey::None => Err(unprotected()),
    }
}

async fn issue_with_a_used_reference_makes_no_second_card(subject: &Subject) -> Result {
    needs_protection(subject)?;
    let card = steps::issue_any(subject).await?;
    let request = steps::issue_request(&card.card_type, &card.reference);
    let second = subject.cards()?.issue(&subject.ctx()?, &request).await;
    check_repeat(subject, OperationKind::Issue, &card.reference, second).await?;
    ensure_eq(
        subject.world.cards_made_with(&card.reference).await?,
        1,
        "cards made",
    )
}

async fn issue_repeated_after_a_lost_answer_makes_no_second_card(subject: &Subject) -> Result {
    needs_protection(subject)?;
    let request =
        steps::issue_request(&steps::usable_type(subject).await?, &steps::new_reference());
    subject.world.inject(Call::Issue, Fault::DropAfter).await?;
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    let lost = steps::failed(cards.issue(&ctx, &request).await)?;
    ensure_eq(lost.outcome, Outcome::Unknown, "outcome")?;
    let second = cards.issue(&ctx, &request).await;
    check_repeat(subject, OperationKind::Issue, &request.reference, second).await?;
    ensure_eq(
        subject.world.cards_made_with(&request.reference).await?,
        1,
        "cards made",
    )
}

async fn deposit_with_a_used_reference_moves_nothing(subject: &Subject) -> Result {
    needs_protection(subject)?;
    let card = steps::issue_any(subject).await?;
    let amount = steps::amount_within(card.card_type.deposit.as_ref(), &card.card_type);
    let request = steps::move_funds(&card, amount);
    let (funds, ctx) = (subject.funds()?, subject.ctx()?);
    let first = funds.deposit(&ctx, &request).await?;
    steps::succeeded(subject, OperationKind::Deposit, &request.reference, first).await?;
    let second = funds.deposit(&ctx, &request).await;
    check_repeat(subject, OperationKind::Deposit, &request.reference, second).await?;
    ensure_eq(
        subject.world.deposits_made_with(&request.reference).await?,
        1,
        "deposits made",
    )?;
    steps::balance_becomes(subject, &card, card.balance.amount + amount.amount).await
}
