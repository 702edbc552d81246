//! Transactions that are contested.

use cardmux_domain::dispute::DisputeStatus;
use cardmux_domain::money::Decimal;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CancelDispute, DisputeSnapshot, OpenDispute, OperationReport, Simulation, TransactionReport,
};
use cardmux_domain::transaction::TransactionStatus;

use super::{Issued, broken, eventually, new_reference, now, query, spending, succeeded};
use crate::subject::Subject;
use crate::trial::Result;

/// A card with a purchase that is settled, and the provider's id of it.
pub async fn purchased(subject: &Subject) -> Result<(Issued, String)> {
    subject.disputes()?;
    subject.simulator()?;
    let since = now();
    let card = spending::loaded(subject).await?;
    let purchase = spending::purchase(subject, &card, Decimal::new(250, 2), None).await?;
    spending::settle(subject, &purchase).await?;
    let settled = |seen: &TransactionReport| seen.status == TransactionStatus::Settled;
    spending::seen(subject, since, &purchase, settled).await?;
    Ok((card, purchase))
}

pub fn request(card: &Issued, transaction_ref: &str) -> OpenDispute {
    OpenDispute {
        reference: new_reference(),
        card_ref: card.card_ref.clone(),
        transaction_ref: transaction_ref.to_owned(),
        evidence: "The cardholder did not buy this".to_owned(),
        file_urls: vec!["https://files.example.com/receipt.pdf".to_owned()],
    }
}

pub async fn open(subject: &Subject, request: &OpenDispute) -> Result<OperationReport> {
    let report = subject.disputes()?.open(&subject.ctx()?, request).await?;
    let asked = query(OperationKind::OpenDispute, &request.reference);
    succeeded(subject, &asked, report).await
}

/// An open dispute; the provider's id of it.
pub async fn opened(subject: &Subject) -> Result<String> {
    let (card, purchase) = purchased(subject).await?;
    let report = open(subject, &request(&card, &purchase)).await?;
    let id = report.subject_ref;
    id.ok_or_else(|| broken("a dispute has no id"))
}

pub async fn cancel(subject: &Subject, dispute_ref: &str) -> Result<OperationReport> {
    let request = cancellation(dispute_ref);
    let disputes = subject.disputes()?;
    let report = disputes.cancel(&subject.ctx()?, &request).await?;
    let asked = query(OperationKind::CancelDispute, &request.reference);
    succeeded(subject, &asked, report).await
}

pub fn cancellation(dispute_ref: &str) -> CancelDispute {
    CancelDispute {
        reference: new_reference(),
        dispute_ref: dispute_ref.to_owned(),
    }
}

pub async fn decided(subject: &Subject, dispute_ref: &str, accept: bool) -> Result {
    let decision = Simulation::DecideDispute {
        dispute_ref: dispute_ref.to_owned(),
        accept,
    };
    spending::simulate(subject, decision).await?;
    Ok(())
}

/// The dispute is read until it has the wanted status.
pub async fn becomes(
    subject: &Subject,
    dispute_ref: &str,
    wanted: DisputeStatus,
) -> Result<DisputeSnapshot> {
    let (disputes, ctx) = (subject.disputes()?, subject.ctx()?);
    eventually(async || {
        let seen = disputes.get(&ctx, dispute_ref).await?;
        Ok((seen.status == wanted).then_some(seen))
    })
    .await
}
