//! Transactions that are contested, and what becomes of that.

use cardmux_domain::dispute::DisputeStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ErrorKind, Outcome};

use crate::steps::{self, disputes as steps_of, spending};
use crate::subject::Subject;
use crate::trial::{Group, Result, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Disputes,
        dispute_of_a_settled_purchase_is_opened_and_read_back,
        dispute_of_an_unknown_transaction_is_rejected,
        dispute_unknown_is_not_found,
        dispute_cancelled_is_final,
        dispute_decided_cannot_be_cancelled,
    )
}

async fn dispute_of_a_settled_purchase_is_opened_and_read_back(subject: &Subject) -> Result {
    let (card, purchase) = steps_of::purchased(subject).await?;
    let request = steps_of::request(&card, &purchase);
    let report = steps_of::open(subject, &request).await?;
    let id = report.subject_ref;
    let id = id.ok_or_else(|| steps::broken("a dispute has no id"))?;
    let disputes = subject.disputes()?;
    let seen = disputes.get(&subject.ctx()?, &id).await?;
    ensure_eq(&seen.dispute_ref, &id, "the dispute's id")?;
    ensure(seen.status.is_open(), || {
        format!("opened as {}", seen.status)
    })?;
    ensure(!seen.provider_status.is_empty(), || {
        "the provider's word is missing".to_owned()
    })?;
    let asked = cardmux_domain::provider::OperationQuery {
        subject_ref: Some(id.clone()),
        ..steps::query(OperationKind::OpenDispute, &request.reference)
    };
    ensure_eq(steps::made(subject, &asked).await?, 1, "disputes opened")?;
    let before = spending::balance(subject, &card).await?;
    steps_of::decided(subject, &id, true).await?;
    steps_of::becomes(subject, &id, DisputeStatus::Won).await?;
    // The money comes back by itself.
    let back = cardmux_domain::money::Decimal::new(250, 2);
    steps::balance_becomes(subject, &card, before + back).await
}

async fn dispute_of_an_unknown_transaction_is_rejected(subject: &Subject) -> Result {
    let disputes = subject.disputes()?;
    let card = steps::issue_any(subject).await?;
    let request = steps_of::request(&card, "6a20f0c2d4b8e71f99999999");
    let answer = disputes.open(&subject.ctx()?, &request).await;
    let asked = steps::query(OperationKind::OpenDispute, &request.reference);
    steps::refused(subject, &asked, answer).await
}

async fn dispute_unknown_is_not_found(subject: &Subject) -> Result {
    let disputes = subject.disputes()?;
    let answer = disputes.get(&subject.ctx()?, "999999").await;
    let error = steps::failed(answer)?;
    ensure_eq(error.kind, ErrorKind::NotFound, "kind")?;
    ensure_eq(error.outcome, Outcome::Rejected, "outcome")
}

async fn dispute_cancelled_is_final(subject: &Subject) -> Result {
    let id = steps_of::opened(subject).await?;
    steps_of::cancel(subject, &id).await?;
    steps_of::becomes(subject, &id, DisputeStatus::Cancelled).await?;
    let decision = steps_of::decided(subject, &id, true).await;
    ensure(decision.is_err(), || {
        "decided after it was taken back".to_owned()
    })?;
    steps_of::becomes(subject, &id, DisputeStatus::Cancelled).await?;
    Ok(())
}

async fn dispute_decided_cannot_be_cancelled(subject: &Subject) -> Result {
    let id = steps_of::opened(subject).await?;
    steps_of::decided(subject, &id, false).await?;
    steps_of::becomes(subject, &id, DisputeStatus::Lost).await?;
    let cancellation = steps_of::cancellation(&id);
    let disputes = subject.disputes()?;
    let answer = disputes.cancel(&subject.ctx()?, &cancellation).await;
    let asked = steps::query(OperationKind::CancelDispute, &cancellation.reference);
    steps::refused(subject, &asked, answer).await?;
    steps_of::becomes(subject, &id, DisputeStatus::Lost).await?;
    Ok(())
}
