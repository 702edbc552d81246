//! Inbound webhooks: believed and stored at the door, understood later by the worker.

use std::time::Duration;

use cardmux_domain::id::{InstanceId, fresh};
use cardmux_domain::operation::{Reference, SubjectId};
use cardmux_domain::provider::{
    Acknowledgement, Delivery, OperationReport, ProviderEvent, WebhookRefused,
};
use tracing::{info, warn};

use super::{App, AppError, transactions};
use crate::store::{self, Change, Conflict, InboundWebhook, Unit, WriteError};
use crate::{clock, decisions};

/// Verify a delivery and store it, once. The answer is what the provider wants to read.
pub async fn receive(
    app: &App,
    instance_id: &InstanceId,
    peer: std::net::IpAddr,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<Acknowledgement, AppError> {
    let unknown = || AppError::NotFound {
        what: "provider instance",
        id: instance_id.to_string(),
    };
    let instance = app.registry.get(instance_id).ok_or_else(unknown)?;
    let webhooks = instance.provider.webhooks().ok_or_else(unknown)?;
    if !instance.takes_webhooks_from(peer) {
        warn!(instance = %instance_id, %peer, "webhook from a foreign network refused");
        return Err(AppError::WebhookRefused(WebhookRefused::ForeignNetwork));
    }
    let verified = webhooks
        .verify(&Delivery { headers, body })
        .inspect_err(|refused| {
            warn!(instance = %instance_id, "webhook refused: {refused}");
        })?;
    let now = clock::now();
    let webhook = InboundWebhook {
        id: fresh(),
        instance: instance_id.clone(),
        identity: verified.identity,
        category: verified.category,
        body: verified.retained.unwrap_or_else(|| body.to_vec()),
        received_at: now,
        due_at: Some(now),
        attempts: 0,
        last_error: None,
    };
    match app
        .store
        .commit(Unit::new().with(Change::InsertWebhook(webhook)))
        .await
    {
        Ok(()) => app.webhook_wake.notify_one(),
        // Known already: acknowledged again, done nothing.
        Err(WriteError::Conflict(Conflict::Webhook)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(webhooks.acknowledgement())
}

/// Understand a stored webhook and apply what it says. The caller holds its lease.
pub async fn process(app: &App, webhook: InboundWebhook) -> Result<(), AppError> {
    let (error, retry_at) = match apply(app, &webhook).await {
        Ok(()) => (None, None),
        Err(error) => {
            warn!(webhook = %webhook.id, "webhook not applied: {error}");
            let again = webhook.attempts < app.webhook_attempts;
            let delay = Duration::from_secs(1 << webhook.attempts.clamp(0, 10));
            (
                Some(error.to_string()),
                again.then(|| clock::now().plus(delay)),
            )
        }
    };
    let change = Change::FinishWebhook {
        id: webhook.id,
        error,
        retry_at,
    };
    Ok(app.store.commit(Unit::new().with(change)).await?)
}

async fn apply(app: &App, webhook: &InboundWebhook) -> Result<(), AppError> {
    let instance = app.registry.get(&webhook.instance);
    let webhooks = instance
        .and_then(|i| i.provider.webhooks())
        .ok_or(WebhookRefused::NoKey)?;
    let events = webhooks
        .translate(&webhook.category, &webhook.body)
        .map_err(AppError::provider(&webhook.instance))?;
    for event in events {
        match event {
            ProviderEvent::Operation(report) => {
                apply_operation(app, &webhook.instance, *report).await?
            }
            ProviderEvent::CardStatus { card_ref, .. } => {
                reread(app, &webhook.instance, &card_ref).await?;
            }
            ProviderEvent::Transaction(report) => {
                transactions::apply(app, &webhook.instance, *report).await?;
            }
            ProviderEvent::Authorization(notice) => {
                decisions::follow(app, &webhook.instance, *notice).await?;
            }
            ProviderEvent::Challenge(notice) => {
                transactions::notice(app, &webhook.instance, *notice).await?;
            }
            ProviderEvent::Enrolment {
                enrolment_ref,
                reference,
            } => {
                let (by_ref, by_reference) = (enrolment_ref.as_deref(), reference.as_ref());
                reread_enrolment(app, &webhook.instance, by_ref, by_reference).await?;
            }
            ProviderEvent::Hint {
                card_ref,
                enrolment_ref,
                dispute_ref,
            } => {
                let id = &webhook.instance;
                transactions::read_soon(app, id).await?;
                if let Some(card_ref) = card_ref {
                    reread(app, id, &card_ref).await?;
                }
                if enrolment_ref.is_some() {
                    reread_enrolment(app, id, enrolment_ref.as_deref(), None).await?;
                }
                if let Some(dispute_ref) = dispute_ref {
                    let known = store::disputes::find_by_provider_ref(&app.store, id, &dispute_ref);
                    if let Some(dispute) = known.await? {
                        wake(app, SubjectId::Dispute(dispute.id)).await?;
                    }
                }
            }
            ProviderEvent::Unrecognised { category } => {
                info!(instance = %webhook.instance, category, "webhook of an unknown kind kept");
            }
        }
    }
    Ok(())
}

async fn apply_operation(
    app: &App,
    instance: &InstanceId,
    report: OperationReport,
) -> Result<(), AppError> {
    if let Some(reference) = &report.reference {
        let ours = store::operations::find_by_reference(&app.store, instance, reference).await?;
        if let Some(operation) = ours {
            return app
                .engine
                .apply_report(operation, report)
                .await
                .map_err(Into::into);
        }
    }
    // Not ours: the platform did it, or another system with the same credentials.
    match &report.subject_ref {
        Some(card_ref) => reread(app, instance, card_ref).await,
        None => Ok(()),
    }
}

/// Have the card read again at its provider: what it says then is the truth, whatever came before.
async fn reread(app: &App, instance: &InstanceId, card_ref: &str) -> Result<(), AppError> {
    let Some(card) = store::cards::find_by_provider_ref(&app.store, instance, card_ref).await?
    else {
        return Ok(());
    };
    wake(app, SubjectId::Card(card.id)).await
}

/// The review of an enrolment went on, somebody says: see for ourselves.
async fn reread_enrolment(
    app: &App,
    instance: &InstanceId,
    enrolment_ref: Option<&str>,
    reference: Option<&Reference>,
) -> Result<(), AppError> {
    if let Some(enrolment_ref) = enrolment_ref {
        let known = store::enrolments::find_by_provider_ref(&app.store, instance, enrolment_ref);
        if let Some(enrolment) = known.await? {
            return wake(app, SubjectId::Enrolment(enrolment.id)).await;
        }
    }
    // The answer that names it may still be on its way: then the operation is looked up anyway, and
    // the enrolment is read when that ends.
    let Some(reference) = reference else {
        return Ok(());
    };
    let operation = store::operations::find_by_reference(&app.store, instance, reference).await?;
    match operation {
        Some(operation) => wake(app, operation.subject).await,
        None => Ok(()),
    }
}

async fn wake(app: &App, subject: SubjectId) -> Result<(), AppError> {
    let refresh = Change::Refresh {
        subject,
        at: clock::now(),
    };
    Ok(app.store.commit(Unit::new().with(refresh)).await?)
}
