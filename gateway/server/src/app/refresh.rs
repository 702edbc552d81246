//! Reading cards, enrolments, budgets and disputes again at their provider: what it says then is the truth,
//! whatever came before.

use std::time::Duration;

use cardmux_domain::card::{Balance, Card};
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::provider::{CallContext, ErrorKind, ProviderError};
use cardmux_domain::time::Timestamp;
use tracing::warn;

use super::{App, AppError};
use crate::clock;
use crate::operations::{Subject, enrolment_ref};
use crate::providers::Instance;
use crate::store::{Change, Conflict, Unit, WriteError};

/// What could not be read is read again after this; its provider is likely in trouble.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// The first pause before looking again for what a provider does not show: its queries may lag
/// behind its own answers and webhooks.
const UNSEEN_FIRST: Duration = Duration::from_secs(1);

/// The first and the longest pause between two readings of an enrolment under review. Webhooks
/// bring the result sooner; where they are lost, a review of days need not be asked for every minute.
const REVIEW_FIRST: Duration = Duration::from_secs(5);
const REVIEW_MAX: Duration = Duration::from_secs(600);

/// Read a subject at its provider and take over what it says. The caller holds its lease.
pub async fn refresh(app: &App, subject: Subject) -> Result<(), AppError> {
    let mut next = subject.clone();
    next.set_refresh_at(None);
    let mut is_read = true;
    let instance = app.registry.get(subject.instance());
    if let (Some(instance), Some(provider_ref)) = (instance, subject.provider_ref()) {
        let request_id = format!("refresh_{}", subject.id());
        let mut ctx = app.context(subject.tenant(), request_id);
        if let Subject::Card(card) = &subject {
            ctx.enrolment_ref = enrolment_ref(&app.store, &app.registry, card).await?;
        }
        if let Err(error) = read(&ctx, instance, provider_ref, &mut next).await {
            warn!(subject = %subject.id(), "not refreshed: {error}");
            let now = clock::now();
            let pause = retry_pause(&error, now.since(subject.updated_at()));
            next.set_refresh_at(Some(now.plus(pause)));
            is_read = false;
        }
    }
    let mut unit = Unit::new();
    if !is_read || same_as_before(&next, &subject) {
        unit.push(Change::Reschedule {
            subject: subject.id(),
            at: next.refresh_at(),
            version: subject.version(),
        });
    } else {
        next.changed(clock::now());
        unit.push(next.update());
    }
    if let Some(kind) = next.updated_event(&subject) {
        unit = unit.with(Change::InsertEvent(next.event(kind, None)));
    }
    match app.store.commit(unit).await {
        // Changed meanwhile: the lease runs out and it is read again.
        Ok(()) | Err(WriteError::Conflict(Conflict::Subject(_))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// `age`: since the subject changed, which a reading that failed does not do.
fn retry_pause(error: &ProviderError, age: Duration) -> Duration {
    match error.kind == ErrorKind::NotFound {
        true => (age / 2).clamp(UNSEEN_FIRST, RETRY_AFTER),
        false => RETRY_AFTER,
    }
}

async fn read(
    ctx: &CallContext,
    instance: &Instance,
    provider_ref: &str,
    subject: &mut Subject,
) -> Result<(), ProviderError> {
    let as_of = clock::now();
    match subject {
        Subject::Card(card) => {
            let snapshot = instance.card(ctx, provider_ref).await?;
            let before = card.clone();
            card.absorb_snapshot(&snapshot, as_of);
            card.refresh_at = next_poll(instance, &before, card, as_of);
        }
        Subject::Enrolment(enrolment) => {
            let mut snapshot = instance.enrolment(ctx, provider_ref).await?;
            if snapshot.step_due {
                snapshot = instance.advance(ctx, provider_ref).await?;
            }
            enrolment.absorb_snapshot(&snapshot, as_of);
            let age = as_of.since(enrolment.created_at);
            // Half as long again as it has taken so far.
            let pause = (age / 2).clamp(REVIEW_FIRST, REVIEW_MAX);
            // Where no webhook tells that the customer went on, that is seen here.
            let waits = enrolment.status == EnrolmentStatus::ActionRequired
                && instance.provider.traits().polling.is_some();
            let goes_on = enrolment.status.is_open() || waits;
            enrolment.refresh_at = goes_on.then(|| as_of.plus(pause));
        }
        Subject::Budget(budget) => {
            let snapshot = instance.budget(ctx, provider_ref).await?;
            budget.absorb_snapshot(&snapshot, as_of);
        }
        Subject::Dispute(dispute) => {
            let snapshot = instance.dispute(ctx, provider_ref).await?;
            dispute.absorb_snapshot(&snapshot, as_of);
            let age = as_of.since(dispute.created_at);
            let pause = (age / 2).clamp(REVIEW_FIRST, REVIEW_MAX);
            dispute.refresh_at = (!dispute.status.is_final()).then(|| as_of.plus(pause));
        }
    }
    Ok(())
}

/// Where webhooks cannot be relied on, the card is read again: soon after it changed, ever later
/// while it stays as it is, half as long again as it has been quiet.
fn next_poll(
    instance: &Instance,
    before: &Card,
    now: &Card,
    as_of: Timestamp,
) -> Option<Timestamp> {
    let polling = instance.provider.traits().polling?;
    if now.status.is_terminal() {
        return None;
    }
    let pause = match differs(before, now) {
        true => polling.fastest,
        false => (as_of.since(before.updated_at) / 2).clamp(polling.fastest, polling.slowest),
    };
    Some(as_of.plus(pause))
}

/// Whether a reading brought anything but a later time.
fn differs(before: &Card, now: &Card) -> bool {
    let as_before = Card {
        refresh_at: before.refresh_at,
        balance: now.balance.map(|balance| Balance {
            as_of: before.balance.map_or(balance.as_of, |b| b.as_of),
            ..balance
        }),
        ..now.clone()
    };
    as_before != *before
}

/// A card that was only polled keeps its version, so that `If-Match` and the events' sequence tell
/// of changes alone.
fn same_as_before(next: &Subject, before: &Subject) -> bool {
    match (next, before) {
        (Subject::Card(now), Subject::Card(before)) => !differs(before, now),
        (
            Subject::Card(_) | Subject::Enrolment(_) | Subject::Budget(_) | Subject::Dispute(_),
            _,
        ) => false,
    }
}
