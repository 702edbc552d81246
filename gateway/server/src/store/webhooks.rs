//! Stored deliveries of providers. They belong to an instance, not to a tenant.

use cardmux_domain::id::InboundWebhookId;
use cardmux_domain::time::Timestamp;

use super::convert::{Corrupt, millis, parse, timestamp};
use super::entity::inbound_webhook::{Column, Entity, Model};
use super::{InboundWebhook, Store, StoreError, to_domain};

/// Deliveries that are to be handled; see [`super::claim`].
pub async fn claim_due(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<InboundWebhook>, StoreError> {
    let due = (Column::Id, Column::DueAtMs);
    to_domain(super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?)
}

impl TryFrom<Model> for InboundWebhook {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            instance,
            identity,
            category,
            body,
            received_at_ms,
            due_at_ms,
            attempts,
            last_error,
        } = row;
        Ok(Self {
            id: InboundWebhookId::from_uuid(id),
            instance: parse("inbound_webhooks.instance", &instance)?,
            identity,
            category,
            body,
            received_at: Timestamp::from_millis(received_at_ms),
            due_at: timestamp(due_at_ms),
            attempts,
            last_error,
        })
    }
}

impl From<InboundWebhook> for Model {
    fn from(webhook: InboundWebhook) -> Self {
        let InboundWebhook {
            id,
            instance,
            identity,
            category,
            body,
            received_at,
            due_at,
            attempts,
            last_error,
        } = webhook;
        Self {
            id: id.uuid(),
            instance: instance.to_string(),
            identity,
            category,
            body,
            received_at_ms: received_at.as_millis(),
            due_at_ms: millis(due_at),
            attempts,
            last_error,
        }
    }
}
