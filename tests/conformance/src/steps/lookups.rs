//! Operations that are looked for, and what became of them.

use cardmux_domain::money::Money;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    OperationQuery, OperationReport, Outcome, ProviderError, Reported, Trace,
};

use super::{broken, eventually, now};
use crate::subject::Subject;
use crate::trial::{Result, ensure, ensure_eq};

/// What is looked for by its reference alone.
pub fn query(kind: OperationKind, reference: &Reference) -> OperationQuery {
    OperationQuery {
        reference: reference.clone(),
        kind,
        subject_ref: None,
        amount: None,
        note: None,
        sent_at: None,
        before: None,
        card_type_ref: None,
        known: Vec::new(),
    }
}

/// All that can be said about a change of a card that is about to be sent. Of a kind that leaves no
/// trace but a changed card, that is also what the card holds now.
pub async fn about_to(
    subject: &Subject,
    kind: OperationKind,
    reference: &Reference,
    card_ref: &str,
    amount: Option<Money>,
) -> Result<OperationQuery> {
    let before = match subject.provider.traits().compared.contains(&kind) {
        true => {
            let card = subject.cards()?.get(&subject.ctx()?, card_ref).await?;
            Some(card.funds)
        }
        false => None,
    };
    Ok(OperationQuery {
        subject_ref: Some(card_ref.to_owned()),
        amount,
        sent_at: Some(now()),
        before,
        ..query(kind, reference)
    })
}

/// What the provider's books show of it, once.
pub async fn trace_of(subject: &Subject, query: &OperationQuery) -> Result<Trace> {
    Ok(subject.operations()?.find(&subject.ctx()?, query).await?)
}

/// The same, where only a proof counts.
pub async fn look_up(subject: &Subject, query: &OperationQuery) -> Result<Option<OperationReport>> {
    Ok(trace_of(subject, query).await?.found())
}

/// Looks until there is something: a proof, or what cannot be decided.
pub async fn traced(subject: &Subject, query: &OperationQuery) -> Result<Trace> {
    eventually(async || {
        let trace = trace_of(subject, query).await?;
        Ok((trace != Trace::Absent).then_some(trace))
    })
    .await
}

/// The same, and it must be a proof.
pub async fn found(subject: &Subject, query: &OperationQuery) -> Result<OperationReport> {
    match traced(subject, query).await? {
        Trace::Found(report) => Ok(*report),
        Trace::Absent => Err(broken("nothing is found")),
        Trace::Ambiguous(seen) => Err(broken(format!("cannot be decided: {seen:?}"))),
    }
}

/// How many operations like this the provider's books show.
pub async fn made(subject: &Subject, query: &OperationQuery) -> Result<usize> {
    subject.world.made(query).await
}

/// What became of an operation that was accepted.
pub async fn settled(
    subject: &Subject,
    query: &OperationQuery,
    report: OperationReport,
) -> Result<OperationReport> {
    if report.reported.status().is_final() {
        return Ok(report);
    }
    let query = OperationQuery {
        subject_ref: report.subject_ref.or_else(|| query.subject_ref.clone()),
        amount: report.amount.or(query.amount),
        ..query.clone()
    };
    eventually(async || {
        let report = found(subject, &query).await?;
        Ok(report.reported.status().is_final().then_some(report))
    })
    .await
}

/// The same, and it must have succeeded.
pub async fn succeeded(
    subject: &Subject,
    query: &OperationQuery,
    report: OperationReport,
) -> Result<OperationReport> {
    let report = settled(subject, query, report).await?;
    ensure_eq(
        &report.reported,
        &Reported::Succeeded,
        "the operation's end",
    )?;
    Ok(report)
}

/// An operation that must not be done: refused at once, here or there, or failed after it was
/// accepted.
pub async fn refused(
    subject: &Subject,
    query: &OperationQuery,
    answer: std::result::Result<OperationReport, ProviderError>,
) -> Result {
    let outcome = match answer {
        Err(error) => error.outcome,
        Ok(report) => match settled(subject, query, report).await? {
            OperationReport {
                reported: Reported::Failed(failure),
                ..
            } => failure.outcome,
            OperationReport {
                reported: Reported::Processing | Reported::Succeeded,
                provider_status,
                ..
            } => {
                let text = format!("was done all the same: {provider_status}");
                return Err(broken(text));
            }
        },
    };
    ensure(outcome != Outcome::Unknown, || {
        "it is not known whether it was done".to_owned()
    })
}
