use cardmux_domain::card::Card;
use cardmux_domain::challenge::ChallengeNotice;
use cardmux_domain::event::{ChallengeFacts, Event, EventData, EventKind, TransactionFacts};
use cardmux_domain::id::{InstanceId, fresh};
use cardmux_domain::operation::SubjectId;
use cardmux_domain::provider::TransactionReport;
use cardmux_domain::transaction::{ChargedTo, Transaction, TransactionStatus};

use crate::app::{App, AppError};
use crate::store::{self, Change, Conflict, Unit, WriteError};
use crate::{clock, decisions};

/// How often a report is applied again after another one of the same transaction came first.
const MAX_RACES: usize = 8;

/// Take over what a provider reports of a transaction; the same end for every order of reports, and
/// for repeated ones. A transaction of a card that is not ours is left alone.
pub async fn apply(
    app: &App,
    instance: &InstanceId,
    report: TransactionReport,
) -> Result<(), AppError> {
    let Some(card) = card_of(app, instance, &report).await? else {
        return Ok(());
    };
    // First: it can be done twice, and what is stored below would not lead here again.
    decisions::follow_transaction(app, instance, &report).await?;
    for _ in 0..MAX_RACES {
        let reference = &report.provider_ref;
        let stored = store::transactions::find_by_provider_ref(&app.store, instance, reference);
        let Some(unit) = taken_over(&card, stored.await?, &report) else {
            return Ok(());
        };
        match app.store.commit(unit).await {
            Err(WriteError::Conflict(Conflict::Transaction(_))) => {}
            other => return Ok(other?),
        }
    }
    Err(AppError::Busy {
        what: "transaction",
        pending: None,
    })
}

async fn card_of(
    app: &App,
    instance: &InstanceId,
    report: &TransactionReport,
) -> Result<Option<Card>, AppError> {
    if let Some(card_ref) = &report.card_ref {
        let card = store::cards::find_by_provider_ref(&app.store, instance, card_ref).await?;
        if card.is_some() {
            return Ok(card);
        }
    }
    // By the operation: the card's own id may not have been reported yet.
    let Some(reference) = &report.reference else {
        return Ok(None);
    };
    let operation = store::operations::find_by_reference(&app.store, instance, reference).await?;
    match operation.map(|operation| (operation.tenant, operation.subject)) {
        Some((tenant, SubjectId::Card(id))) => {
            Ok(store::cards::get(&app.store, &tenant, id).await?)
        }
        Some((_, SubjectId::Enrolment(_) | SubjectId::Budget(_) | SubjectId::Dispute(_)))
        | None => Ok(None),
    }
}

/// What is to be stored, or nothing where the report says nothing new.
fn taken_over(
    card: &Card,
    stored: Option<Transaction>,
    report: &TransactionReport,
) -> Option<Unit> {
    let now = clock::now();
    let was_charged = stored.as_ref().is_some_and(takes_own_money);
    let (change, kind, transaction) = match stored {
        None => {
            let new = Transaction {
                id: fresh(),
                tenant: card.tenant.clone(),
                card_id: card.id,
                instance: card.instance.clone(),
                report: report.clone(),
                version: 1,
                created_at: now,
                updated_at: now,
            };
            let insert = Change::InsertTransaction(new.clone());
            (insert, EventKind::TransactionCreated, new)
        }
        Some(mut known) => {
            if !known.absorb(report) {
                return None;
            }
            known.version += 1;
            known.updated_at = now;
            let update = Change::UpdateTransaction(known.clone());
            (update, EventKind::TransactionUpdated, known)
        }
    };
    let mut unit = Unit::new()
        .with(change)
        .with(Change::InsertEvent(event(kind, &transaction)));
    // It may have moved the card's balance or status: the provider knows. Of an operation of ours the
    // operation tells, and has the card read.
    if transaction.report.reference.is_none() {
        unit.push(Change::Refresh {
            subject: SubjectId::Card(card.id),
            at: now,
        });
    }
    // Once: what is booked from it must not be booked again when a detail is added.
    if takes_own_money(&transaction) && !was_charged {
        let kind = EventKind::FundingAccountCharged;
        unit.push(Change::InsertEvent(event(kind, &transaction)));
    }
    Some(unit)
}

/// The provider has taken money of the tenant's own.
fn takes_own_money(transaction: &Transaction) -> bool {
    let report = &transaction.report;
    report.charged_to == ChargedTo::FundingAccount && report.status == TransactionStatus::Settled
}

pub fn event(kind: EventKind, transaction: &Transaction) -> Event {
    let report = &transaction.report;
    let amount = report.billing_amount.or(report.amount);
    let facts = TransactionFacts {
        id: transaction.id.to_string(),
        kind: report.kind,
        status: report.status,
        amount: amount.map(|m| m.amount_text()),
        currency: amount.map(|m| m.currency.to_string()),
        charged_to: report.charged_to,
    };
    Event {
        id: fresh(),
        tenant: transaction.tenant.clone(),
        kind,
        subject: transaction.id.to_string(),
        card_id: Some(transaction.card_id),
        operation_id: None,
        sequence: transaction.version,
        data: EventData {
            transaction: Some(facts),
            ..EventData::default()
        },
        created_at: transaction.updated_at,
    }
}

/// Tell that something waits for a cardholder. The code itself is read at the provider when it is
/// asked for.
pub async fn notice(
    app: &App,
    instance: &InstanceId,
    notice: ChallengeNotice,
) -> Result<(), AppError> {
    let card = store::cards::find_by_provider_ref(&app.store, instance, &notice.card_ref).await?;
    let Some(card) = card else {
        return Ok(());
    };
    let event = Event {
        id: fresh(),
        tenant: card.tenant,
        kind: EventKind::ChallengeCreated,
        subject: card.id.to_string(),
        card_id: Some(card.id),
        operation_id: None,
        sequence: card.version,
        data: EventData {
            challenge: Some(ChallengeFacts {
                challenge_ref: notice.challenge_ref,
                kind: notice.kind,
                expires_at: notice.expires_at,
            }),
            ..EventData::default()
        },
        created_at: clock::now(),
    };
    Ok(app
        .store
        .commit(Unit::new().with(Change::InsertEvent(event)))
        .await?)
}
