//! Deliveries are believed for a reason, and mean one thing.

use std::collections::BTreeSet;

use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ProviderEvent, Reported, SignatureKind};

use crate::steps::{self, Issued};
use crate::subject::{SentWebhook, Subject};
use crate::trial::{Group, Result, Stop, Trial, ensure, ensure_eq, trials};

pub fn trials() -> Vec<Trial> {
    trials!(
        Group::Webhooks,
        webhook_with_a_valid_signature_is_accepted,
        webhook_with_a_changed_byte_is_refused,
        webhook_sent_twice_has_one_identity,
        webhook_of_an_unknown_kind_is_unrecognised,
        webhook_without_a_signature_is_only_a_hint,
    )
}

/// Deliveries that nothing signs say nothing that may be believed.
pub(super) fn needs_signature(subject: &Subject) -> Result {
    match subject.webhooks()?.signature() {
        SignatureKind::RsaSha256 | SignatureKind::HmacSha256 => Ok(()),
        SignatureKind::None => Err(Stop::Unsupported("signed webhooks")),
    }
}

async fn webhook_about_a_card(subject: &Subject) -> Result<(Issued, SentWebhook)> {
    subject.webhooks()?;
    let card = steps::issue_any(subject).await?;
    let sent = steps::webhook(subject, &card).await?;
    Ok((card, sent))
}

async fn webhook_with_a_valid_signature_is_accepted(subject: &Subject) -> Result {
    needs_signature(subject)?;
    let (card, sent) = webhook_about_a_card(subject).await?;
    let verified = subject.webhooks()?.verify(&sent.delivery())?;
    let events = subject
        .webhooks()?
        .translate(&verified.category, &sent.body)?;
    // The same delivery may tell of the transaction behind the operation.
    let operations = events.iter().filter_map(|event| match event {
        ProviderEvent::Operation(report) => Some(report),
        ProviderEvent::CardStatus { .. }
        | ProviderEvent::Transaction(_)
        | ProviderEvent::Authorization(_)
        | ProviderEvent::Challenge(_)
        | ProviderEvent::Enrolment { .. }
        | ProviderEvent::Hint { .. }
        | ProviderEvent::Unrecognised { .. } => None,
    });
    let operations: Vec<_> = operations.collect();
    let [report] = operations.as_slice() else {
        return Err(steps::broken(format!("not one operation: {events:?}")));
    };
    ensure_eq(
        report.reference.as_ref(),
        Some(&card.reference),
        "reference",
    )?;
    ensure_eq(report.kind, Some(OperationKind::Issue), "kind")?;
    ensure_eq(&report.reported, &Reported::Succeeded, "result")?;
    ensure_eq(report.subject_ref.as_ref(), Some(&card.card_ref), "card")
}

async fn webhook_with_a_changed_byte_is_refused(subject: &Subject) -> Result {
    needs_signature(subject)?;
    let (_card, sent) = webhook_about_a_card(subject).await?;
    for place in 0..sent.body.len() {
        let mut changed = sent.clone();
        if let Some(byte) = changed.body.get_mut(place) {
            *byte ^= 1;
        }
        let answer = subject.webhooks()?.verify(&changed.delivery());
        ensure(answer.is_err(), || {
            format!("byte {place} changed, and still believed")
        })?;
    }
    let unsigned = SentWebhook {
        headers: Vec::new(),
        ..sent
    };
    let answer = subject.webhooks()?.verify(&unsigned.delivery());
    ensure(answer.is_err(), || "believed without any header".to_owned())
}

async fn webhook_sent_twice_has_one_identity(subject: &Subject) -> Result {
    subject.webhooks()?;
    subject.world.send_webhooks_twice().await?;
    let card = steps::issue_any(subject).await?;
    let sent = subject.world.webhooks(&card.reference, 2).await?;
    let (_card, other) = webhook_about_a_card(subject).await?;
    let identity = |sent: &SentWebhook| -> Result<String> {
        Ok(subject.webhooks()?.verify(&sent.delivery())?.identity)
    };
    let other = identity(&other)?;
    let identities: Vec<_> = sent.iter().map(identity).collect::<Result<_>>()?;
    let distinct: BTreeSet<_> = identities.iter().collect();
    ensure_eq(
        (identities.len(), distinct.len()),
        (2, 1),
        "deliveries and identities",
    )?;
    ensure(!distinct.contains(&other), || {
        "two facts share an identity".to_owned()
    })
}

async fn webhook_of_an_unknown_kind_is_unrecognised(subject: &Subject) -> Result {
    let category = "conformance_kind_nobody_sends";
    let events = subject
        .webhooks()?
        .translate(category, br#"{"something":"else"}"#)?;
    let wanted = ProviderEvent::Unrecognised {
        category: category.to_owned(),
    };
    ensure_eq(events, vec![wanted], "events")
}

async fn webhook_without_a_signature_is_only_a_hint(subject: &Subject) -> Result {
    let webhooks = subject.webhooks()?;
    if webhooks.signature() != SignatureKind::None {
        return Err(Stop::Unsupported("webhooks without a signature"));
    }
    // What they tell can be read nowhere else: to believe nothing would be to know nothing.
    if subject.provider.authorizations().is_some() && subject.provider.transactions().is_none() {
        return Err(Stop::Unsupported("webhooks whose news can be read again"));
    }
    let (card, sent) = webhook_about_a_card(subject).await?;
    let verified = webhooks.verify(&sent.delivery())?;
    let body = verified.retained.as_deref().unwrap_or(&sent.body);
    let events = webhooks.translate(&verified.category, body)?;
    let names_the_card = |event: &ProviderEvent| match event {
        ProviderEvent::Hint { card_ref, .. } => card_ref.as_ref() == Some(&card.card_ref),
        ProviderEvent::Unrecognised { .. }
        | ProviderEvent::Operation(_)
        | ProviderEvent::CardStatus { .. }
        | ProviderEvent::Transaction(_)
        | ProviderEvent::Authorization(_)
        | ProviderEvent::Challenge(_)
        | ProviderEvent::Enrolment { .. } => false,
    };
    ensure(events.iter().any(names_the_card), || {
        format!("the card is not named: {events:?}")
    })?;
    ensure(events.iter().all(is_unbelieved), || {
        format!("more than hints: {events:?}")
    })?;
    // Nor where the sender says whatever would be most welcome.
    let lie = format!(
        r#"{{"event":"card.updated","type":"deposit","status":"success","amount":1000,
        "reference":"{}","cardId":"{}","data":{{"status":"active","balance":1000}}}}"#,
        card.reference, card.card_ref,
    );
    let forged = SentWebhook {
        headers: Vec::new(),
        body: lie.into_bytes(),
    };
    if let Ok(verified) = webhooks.verify(&forged.delivery()) {
        let body = verified.retained.as_deref().unwrap_or(&forged.body);
        let events = webhooks.translate(&verified.category, body)?;
        ensure(events.iter().all(is_unbelieved), || {
            format!("a forged delivery is believed: {events:?}")
        })?;
    }
    Ok(())
}

fn is_unbelieved(event: &ProviderEvent) -> bool {
    match event {
        ProviderEvent::Hint { .. } | ProviderEvent::Unrecognised { .. } => true,
        ProviderEvent::Operation(_)
        | ProviderEvent::CardStatus { .. }
        | ProviderEvent::Transaction(_)
        | ProviderEvent::Authorization(_)
        | ProviderEvent::Challenge(_)
        | ProviderEvent::Enrolment { .. } => false,
    }
}
