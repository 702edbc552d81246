//! Deliveries about what providers and cardholders do by themselves.

use cardmux_domain::challenge::{ChallengeKind, ChallengeNotice};
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::money::Decimal;
use cardmux_domain::provider::{ProviderEvent, Simulation, TransactionReport, VerifiedDelivery};
use cardmux_domain::secret::ExposeSecret;
use cardmux_domain::transaction::{TransactionKind, TransactionStatus};

use super::webhooks::needs_signature;
use crate::steps::{self, physical, spending};
use crate::subject::{SentWebhook, Subject};
use crate::trial::{Group, Result, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Webhooks,
        webhooks_of_a_purchase_tell_its_life_cycle,
        webhook_of_an_enrolment_names_it,
        webhook_of_a_challenge_tells_it_without_its_value,
        webhook_with_a_code_is_kept_without_it,
    )
}

/// A delivery and what it says.
struct Told {
    sent: SentWebhook,
    verified: VerifiedDelivery,
    events: Vec<ProviderEvent>,
}

/// All there is so far about a card or enrolment; what is kept is what is translated.
async fn told_about(subject: &Subject, provider_ref: &str) -> Result<Vec<Told>> {
    let webhooks = subject.webhooks()?;
    let sent = subject.world.webhooks_about(provider_ref).await?;
    let told = sent.into_iter().map(|sent| {
        let verified = webhooks.verify(&sent.delivery())?;
        let kept = verified.retained.as_deref().unwrap_or(&sent.body);
        let events = webhooks.translate(&verified.category, kept)?;
        Ok(Told {
            sent,
            verified,
            events,
        })
    });
    told.collect()
}

async fn transactions_about(subject: &Subject, card_ref: &str) -> Result<Vec<TransactionReport>> {
    let told = told_about(subject, card_ref).await?;
    let events = told.into_iter().flat_map(|told| told.events);
    let reports = events.filter_map(|event| match event {
        ProviderEvent::Transaction(report) => Some(*report),
        ProviderEvent::Operation(_)
        | ProviderEvent::CardStatus { .. }
        | ProviderEvent::Authorization(_)
        | ProviderEvent::Challenge(_)
        | ProviderEvent::Enrolment { .. }
        | ProviderEvent::Hint { .. }
        | ProviderEvent::Unrecognised { .. } => None,
    });
    Ok(reports.collect())
}

async fn webhooks_of_a_purchase_tell_its_life_cycle(subject: &Subject) -> Result {
    needs_signature(subject)?;
    subject.simulator()?;
    let card = spending::loaded(subject).await?;
    let amount = Decimal::new(333, 2);
    let purchase = spending::purchase(subject, &card, amount, None).await?;
    let told = async |wanted: &dyn Fn(&TransactionReport) -> bool| {
        steps::eventually(async || {
            let reports = transactions_about(subject, &card.card_ref).await?;
            Ok(reports.into_iter().find(|report| wanted(report)))
        })
        .await
    };
    let is = |id: &str, status| {
        let id = id.to_owned();
        move |report: &TransactionReport| report.provider_ref == id && report.status == status
    };
    let held = told(&is(&purchase, TransactionStatus::Pending)).await?;
    ensure_eq(held.kind, TransactionKind::Purchase, "kind")?;
    ensure_eq(held.card_ref.as_ref(), Some(&card.card_ref), "card")?;
    spending::settle(subject, &purchase).await?;
    let settled = told(&is(&purchase, TransactionStatus::Settled)).await?;
    let wanted = Some(spending::money(&card, amount));
    ensure_eq(settled.settled_amount, wanted, "settled amount")?;
    let refund = Simulation::Refund {
        transaction_ref: purchase.clone(),
        amount: None,
    };
    let refund = spending::transact(subject, refund).await?;
    let refunded = told(&is(&refund, TransactionStatus::Settled)).await?;
    ensure_eq(refunded.kind, TransactionKind::Refund, "kind")?;
    ensure_eq(refunded.original_ref, Some(purchase), "original")?;
    let facts = told_about(subject, &card.card_ref).await?;
    let mut identities: Vec<_> = facts.iter().map(|told| &told.verified.identity).collect();
    let count = identities.len();
    identities.sort_unstable();
    identities.dedup();
    ensure_eq(identities.len(), count, "distinct identities of the facts")
}

async fn webhook_of_an_enrolment_names_it(subject: &Subject) -> Result {
    subject.webhooks()?;
    let card_type = steps::enrolments::any_type(subject).await?;
    let request = steps::enrolments::request(subject, &card_type).await?;
    let id = steps::enrolments::enrolled(subject, &request).await?;
    steps::enrolments::becomes(subject, &id, EnrolmentStatus::Approved).await?;
    steps::eventually(async || {
        let told = told_about(subject, &id).await?;
        let mut events = told.iter().flat_map(|told| &told.events);
        let names_it = |event: &ProviderEvent| match event {
            ProviderEvent::Enrolment {
                enrolment_ref,
                reference,
            } => {
                enrolment_ref.as_ref() == Some(&id)
                    || reference.as_ref() == Some(&request.reference)
            }
            ProviderEvent::Hint { enrolment_ref, .. } => enrolment_ref.as_ref() == Some(&id),
            ProviderEvent::Operation(_)
            | ProviderEvent::CardStatus { .. }
            | ProviderEvent::Transaction(_)
            | ProviderEvent::Authorization(_)
            | ProviderEvent::Challenge(_)
            | ProviderEvent::Unrecognised { .. } => false,
        };
        Ok(events.any(names_it).then_some(()))
    })
    .await
}

/// A physical card's activation code on its way, and the code itself.
async fn challenge_told(subject: &Subject) -> Result<(Told, ChallengeNotice, String)> {
    subject.webhooks()?;
    subject.challenges()?;
    let card = physical::inactive(subject).await?;
    let code = physical::activation_code(subject, &card).await?.value;
    let (told, notice) = steps::eventually(async || {
        let told = told_about(subject, &card.card_ref).await?;
        let found = told.into_iter().find_map(|told| {
            let notice = told.events.iter().find_map(challenge)?.clone();
            Some((told, notice))
        });
        Ok(found)
    })
    .await?;
    ensure_eq(&notice.card_ref, &card.card_ref, "card")?;
    Ok((told, notice, code.expose_secret().to_owned()))
}

fn challenge(event: &ProviderEvent) -> Option<&ChallengeNotice> {
    match event {
        ProviderEvent::Challenge(notice) => Some(notice),
        ProviderEvent::Operation(_)
        | ProviderEvent::CardStatus { .. }
        | ProviderEvent::Transaction(_)
        | ProviderEvent::Authorization(_)
        | ProviderEvent::Enrolment { .. }
        | ProviderEvent::Hint { .. }
        | ProviderEvent::Unrecognised { .. } => None,
    }
}

async fn webhook_of_a_challenge_tells_it_without_its_value(subject: &Subject) -> Result {
    let (told, notice, code) = challenge_told(subject).await?;
    ensure_eq(notice.kind, ChallengeKind::ActivationCode, "kind")?;
    ensure(!notice.challenge_ref.is_empty(), || {
        "the challenge has no id".to_owned()
    })?;
    let quoted = format!("\"{code}\"");
    ensure(!format!("{:?}", told.events).contains(&quoted), || {
        "the code is in the event".to_owned()
    })
}

async fn webhook_with_a_code_is_kept_without_it(subject: &Subject) -> Result {
    let (told, _notice, code) = challenge_told(subject).await?;
    let retained = told.verified.retained;
    let retained = retained.ok_or_else(|| steps::broken("all of the body is kept"))?;
    ensure(retained.len() < told.sent.body.len(), || {
        "nothing is left out".to_owned()
    })?;
    let text = String::from_utf8_lossy(&retained).into_owned();
    ensure(!text.contains(&format!("\"{code}\"")), || {
        "the code is kept".to_owned()
    })?;
    // An encrypted code is a long text; whoever has the key can read it.
    let body: serde_json::Value = serde_json::from_slice(&told.sent.body)?;
    for long in texts(&body).into_iter().filter(|text| text.len() > 100) {
        ensure(!text.contains(long), || {
            "the encrypted code is kept".to_owned()
        })?;
    }
    let whole = subject
        .webhooks()?
        .translate(&told.verified.category, &told.sent.body)?;
    ensure_eq(
        whole,
        told.events,
        "events of the whole and of what is kept",
    )
}

fn texts(value: &serde_json::Value) -> Vec<&str> {
    use serde_json::Value;
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}
