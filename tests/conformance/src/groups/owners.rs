//! Cards that are shown only among those of their owner, and bear no reference: an issue is told by
//! what the owner has more than the registry knows.

use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{OperationQuery, Outcome, Trace};

use crate::steps::{self, Issued};
use crate::subject::{Fault, Subject};
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::OutcomeTruth,
        issue_with_a_lost_answer_is_told_by_what_the_owner_has_more,
        issue_beside_an_unknown_card_of_the_owner_is_ambiguous,
    )
}

fn needs_owners(subject: &Subject) -> Result {
    match subject.provider.traits().cards_by_owner {
        true => Ok(()),
        false => Err(Stop::Unsupported("cards shown by their owner alone")),
    }
}

/// Another card of the same holder, whose answer is lost; and how to look for it.
async fn lost(subject: &Subject, card: &Issued, fault: Fault) -> Result<OperationQuery> {
    let mut request = steps::issue_request(&card.card_type, &steps::new_reference());
    request.enrolment_ref.clone_from(&card.enrolment_ref);
    subject.world.inject(OperationKind::Issue, fault).await?;
    let sent_at = Some(steps::now());
    let answer = subject.cards()?.issue(&subject.ctx()?, &request).await;
    ensure_eq(steps::failed(answer)?.outcome, Outcome::Unknown, "outcome")?;
    let asked = OperationQuery {
        card_type_ref: Some(card.card_type.provider_ref.clone()),
        known: vec![card.card_ref.clone()],
        sent_at,
        ..steps::query(OperationKind::Issue, &request.reference)
    };
    let done = usize::from(fault == Fault::DropAfter);
    ensure_eq(steps::made(subject, &asked).await?, done, "cards made")?;
    Ok(asked)
}

async fn issue_with_a_lost_answer_is_told_by_what_the_owner_has_more(subject: &Subject) -> Result {
    needs_owners(subject)?;
    for card_type in steps::usable_types(subject).await? {
        let card = steps::issue(subject, card_type).await?;
        let asked = lost(subject, &card, Fault::DropBefore).await?;
        let trace = steps::trace_of(subject, &asked).await?;
        ensure_eq(trace, Trace::Absent, "what was never done")?;

        let asked = lost(subject, &card, Fault::DropAfter).await?;
        let report = steps::found(subject, &asked).await?;
        let report = steps::succeeded(subject, &asked, report).await?;
        let found = report.subject_ref;
        let found = found.ok_or_else(|| steps::broken("the found operation names no card"))?;
        ensure(found != card.card_ref, || {
            "a card that was there before is taken for the new one".to_owned()
        })?;
        let both = OperationQuery {
            known: vec![found, card.card_ref],
            ..asked
        };
        let trace = steps::trace_of(subject, &both).await?;
        ensure_eq(trace, Trace::Absent, "where all cards are known")?;
    }
    Ok(())
}

async fn issue_beside_an_unknown_card_of_the_owner_is_ambiguous(subject: &Subject) -> Result {
    needs_owners(subject)?;
    let card = steps::issue_any(subject).await?;
    lost(subject, &card, Fault::DropAfter).await?;
    let asked = lost(subject, &card, Fault::DropAfter).await?;
    match steps::trace_of(subject, &asked).await? {
        Trace::Ambiguous(seen) => ensure_eq(seen.len(), 2, "cards told to decide by"),
        trace @ (Trace::Found(_) | Trace::Absent) => {
            Err(steps::broken(format!("decided: {trace:?}")))
        }
    }
}
