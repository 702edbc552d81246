//! Twice the same reference is once the effect, where the provider promises it.

use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CreateKey, ErrorKind, OperationQuery, OperationReport, Outcome, ProviderError,
};

use crate::steps;
use crate::subject::{Fault, Subject};
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
pub(super) async fn check_repeat(
    subject: &Subject,
    query: &OperationQuery,
    second: std::result::Result<OperationReport, ProviderError>,
) -> Result {
    match subject.provider.traits().create_key_of(query.kind) {
        CreateKey::Unique => {
            let error = steps::failed(second)?;
            // Not `Rejected`: the operation that bears this reference was received, and calling it
            // refused would let it be recorded as failed.
            ensure_eq(error.outcome, Outcome::Unknown, "outcome")?;
            ensure_eq(error.kind, ErrorKind::DuplicateReference, "kind")
        }
        CreateKey::Replay => {
            let first = steps::look_up(subject, query).await?;
            let first = first.and_then(|report| report.provider_ref);
            ensure_eq(second?.provider_ref, first, "the first answer again")
        }
        CreateKey::None => Err(unprotected()),
    }
}

fn unprotected() -> Stop {
    Stop::Unsupported("references protect nothing here")
}

pub(super) fn needs_protection(subject: &Subject, kind: OperationKind) -> Result {
    match subject.provider.traits().create_key_of(kind) {
        CreateKey::Unique | CreateKey::Replay => Ok(()),
        CreateKey::None => Err(unprotected()),
    }
}

async fn issue_with_a_used_reference_makes_no_second_card(subject: &Subject) -> Result {
    needs_protection(subject, OperationKind::Issue)?;
    let card = steps::issue_any(subject).await?;
    let request = steps::issue_request(&card.card_type, &card.reference);
    let second = subject.cards()?.issue(&subject.ctx()?, &request).await;
    let asked = steps::query(OperationKind::Issue, &card.reference);
    check_repeat(subject, &asked, second).await?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "cards made")
}

async fn issue_repeated_after_a_lost_answer_makes_no_second_card(subject: &Subject) -> Result {
    needs_protection(subject, OperationKind::Issue)?;
    let request =
        steps::issue_request(&steps::usable_type(subject).await?, &steps::new_reference());
    subject
        .world
        .inject(OperationKind::Issue, Fault::DropAfter)
        .await?;
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    let lost = steps::failed(cards.issue(&ctx, &request).await)?;
    ensure_eq(lost.outcome, Outcome::Unknown, "outcome")?;
    let second = cards.issue(&ctx, &request).await;
    let asked = steps::query(OperationKind::Issue, &request.reference);
    check_repeat(subject, &asked, second).await?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "cards made")
}

async fn deposit_with_a_used_reference_moves_nothing(subject: &Subject) -> Result {
    needs_protection(subject, OperationKind::Deposit)?;
    let card = steps::issue_any(subject).await?;
    let (amount, kind) = (steps::amount_for(&card), OperationKind::Deposit);
    let (request, asked) = steps::moving(subject, &card, kind, amount).await?;
    let (funds, ctx) = (subject.funds()?, subject.ctx()?);
    let first = funds.deposit(&ctx, &request).await?;
    steps::succeeded(subject, &asked, first).await?;
    let second = funds.deposit(&ctx, &request).await;
    check_repeat(subject, &asked, second).await?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "deposits made")?;
    steps::balance_becomes(subject, &card, card.balance.amount + amount.amount).await
}
