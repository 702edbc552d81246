//! Inbound webhooks: believed and stored at the door, understood later by the worker.

use std::time::Duration;

use cardmux_domain::id::{InstanceId, fresh};
use cardmux_domain::provider::{
    Acknowledgement, Delivery, OperationReport, ProviderEvent, WebhookRefused,
};
use tracing::{info, warn};

use super::{App, AppError};
use crate::clock;
use crate::store::{self, Change, Conflict, InboundWebhook, Unit, WriteError};

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
        body: body.to_vec(),
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
        .map_err(|error| AppError::Provider {
            instance: webhook.instance.clone(),
            error: Box::new(error),
        })?;
    for event in events {
        match event {
            ProviderEvent::Operation(report) => {
                apply_operation(app, &webhook.instance, *report).await?
            }
            ProviderEvent::CardStatus { card_ref, .. } => {
                reread(app, &webhook.instance, &card_ref).await?;
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
    match &report.card_ref {
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
    let now = clock::now();
    let next = cardmux_domain::card::Card {
        refresh_at: Some(now),
        version: card.version + 1,
        updated_at: now,
        ..card
    };
    Ok(app
        .store
        .commit(Unit::new().with(Change::UpdateCard(next)))
        .await?)
}
