//! An error says what is known to have happened, and never more.

use std::time::Duration;

use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{Cards, Outcome, Trace};

use crate::steps;
use crate::subject::{Fault, Subject};
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

/// Long enough for the work to be done, short enough to be given up before the answer.
const PATIENCE: Duration = Duration::from_millis(300);

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::OutcomeTruth,
        refused_connection_is_not_sent,
        refusal_is_rejected_and_makes_nothing,
        drop_before_the_work_is_unknown_and_makes_nothing,
        drop_after_the_work_is_unknown_and_found,
        server_error_before_the_work_is_unknown_and_makes_nothing,
        server_error_after_the_work_is_unknown_and_found,
        garbled_answer_is_unknown_and_found,
        call_given_up_is_found_later,
        operation_hidden_for_a_while_is_found_later,
        deposit_with_a_lost_answer_is_found_and_moves_money_once,
    )
}

async fn refused_connection_is_not_sent(subject: &Subject) -> Result {
    let card_type = steps::usable_type(subject).await?;
    let request =
        steps::issue_request_with_all(subject, &card_type, &steps::new_reference()).await?;
    let provider = subject.world.unreachable().await?;
    let cards = provider.cards().ok_or(Stop::Unsupported("cards"))?;
    let error = steps::failed(cards.issue(&subject.ctx()?, &request).await)?;
    ensure_eq(error.outcome, Outcome::NotSent, "outcome")
}

/// Issues under a fault: the reference, and the outcome of the error.
async fn issue_under(subject: &Subject, fault: Fault) -> Result<(Reference, Outcome)> {
    let card_type = steps::usable_type(subject).await?;
    let request =
        steps::issue_request_with_all(subject, &card_type, &steps::new_reference()).await?;
    subject.world.inject(OperationKind::Issue, fault).await?;
    let cards: &dyn Cards = subject.cards()?;
    let error = steps::failed(cards.issue(&subject.ctx()?, &request).await)?;
    Ok((request.reference, error.outcome))
}

async fn makes_nothing(subject: &Subject, fault: Fault, outcome: Outcome) -> Result {
    let (reference, got) = issue_under(subject, fault).await?;
    ensure_eq(got, outcome, "outcome")?;
    let asked = steps::query(OperationKind::Issue, &reference);
    ensure_eq(steps::made(subject, &asked).await?, 0, "cards made")?;
    let found = steps::trace_of(subject, &asked).await?;
    ensure_eq(found, Trace::Absent, "found")
}

async fn is_found(subject: &Subject, fault: Fault) -> Result {
    let (reference, outcome) = issue_under(subject, fault).await?;
    ensure_eq(outcome, Outcome::Unknown, "outcome")?;
    becomes_one_card(subject, &reference).await
}

async fn becomes_one_card(subject: &Subject, reference: &Reference) -> Result {
    let asked = steps::query(OperationKind::Issue, reference);
    let report = steps::found(subject, &asked).await?;
    let report = steps::succeeded(subject, &asked, report).await?;
    ensure(report.subject_ref.is_some(), || {
        "the found operation names no card".to_owned()
    })?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "cards made")
}

async fn refusal_is_rejected_and_makes_nothing(subject: &Subject) -> Result {
    makes_nothing(subject, Fault::Refusal, Outcome::Rejected).await
}

async fn drop_before_the_work_is_unknown_and_makes_nothing(subject: &Subject) -> Result {
    makes_nothing(subject, Fault::DropBefore, Outcome::Unknown).await
}

async fn drop_after_the_work_is_unknown_and_found(subject: &Subject) -> Result {
    is_found(subject, Fault::DropAfter).await
}

async fn server_error_before_the_work_is_unknown_and_makes_nothing(subject: &Subject) -> Result {
    makes_nothing(subject, Fault::ServerErrorBefore, Outcome::Unknown).await
}

async fn server_error_after_the_work_is_unknown_and_found(subject: &Subject) -> Result {
    is_found(subject, Fault::ServerErrorAfter).await
}

async fn garbled_answer_is_unknown_and_found(subject: &Subject) -> Result {
    is_found(subject, Fault::GarbledAnswer).await
}

/// Adapters have no timeouts: the guard drops the call, and the provider may have done the work.
async fn call_given_up_is_found_later(subject: &Subject) -> Result {
    let card_type = steps::usable_type(subject).await?;
    let request =
        steps::issue_request_with_all(subject, &card_type, &steps::new_reference()).await?;
    subject
        .world
        .inject(OperationKind::Issue, Fault::LateAnswer)
        .await?;
    let (cards, ctx) = (subject.cards()?, subject.ctx()?);
    match tokio::time::timeout(PATIENCE, cards.issue(&ctx, &request)).await {
        Err(_elapsed) => {}
        Ok(answer) => {
            ensure_eq(steps::failed(answer)?.outcome, Outcome::Unknown, "outcome")?;
        }
    }
    becomes_one_card(subject, &request.reference).await
}

async fn operation_hidden_for_a_while_is_found_later(subject: &Subject) -> Result {
    let card_type = steps::usable_type(subject).await?;
    let request =
        steps::issue_request_with_all(subject, &card_type, &steps::new_reference()).await?;
    subject
        .world
        .inject(OperationKind::Issue, Fault::HiddenForAWhile)
        .await?;
    subject.cards()?.issue(&subject.ctx()?, &request).await?;
    let asked = steps::query(OperationKind::Issue, &request.reference);
    let early = steps::trace_of(subject, &asked).await?;
    ensure_eq(
        early,
        Trace::Absent,
        "found too early: the fault did not work",
    )?;
    becomes_one_card(subject, &request.reference).await
}

async fn deposit_with_a_lost_answer_is_found_and_moves_money_once(subject: &Subject) -> Result {
    let card = steps::issue_any(subject).await?;
    let (amount, kind) = (steps::amount_for(&card), OperationKind::Deposit);
    let (request, asked) = steps::moving(subject, &card, kind, amount).await?;
    subject
        .world
        .inject(OperationKind::Deposit, Fault::DropAfter)
        .await?;
    let error = steps::failed(subject.funds()?.deposit(&subject.ctx()?, &request).await)?;
    ensure_eq(error.outcome, Outcome::Unknown, "outcome")?;
    let report = steps::found(subject, &asked).await?;
    steps::succeeded(subject, &asked, report).await?;
    ensure_eq(steps::made(subject, &asked).await?, 1, "deposits made")?;
    steps::balance_becomes(subject, &card, card.balance.amount + amount.amount).await
}
