//! A card that one issuer certainly did not issue, issued by the next.

use cardmux_domain::event::EventKind;
use cardmux_domain::operation::{Operation, OperationStatus};
use cardmux_domain::provider::{OperationReport, ProviderError};
use cardmux_domain::routing::FailedAttempt;
use tracing::{info, warn};

use super::settle::{Held, failure_of};
use super::{Arguments, Attempt, Engine, Subject};
use crate::clock;
use crate::store::{Change, KeyClaim, Unit};

impl Engine {
    /// One transaction: the operation at the first issuer failed, the card is at the next one, its
    /// operation there is pending, and the idempotency key is that operation's. Killed before it, the
    /// first operation is looked up as ever; killed after it, the second one is.
    ///
    /// `None` where somebody else changed the card or the operation meanwhile: then nothing is written,
    /// and what the first issuer said stands.
    pub(super) async fn turn_to(
        &self,
        next: Attempt,
        failed: &Held,
        result: &Result<OperationReport, ProviderError>,
        key: Option<&KeyClaim>,
    ) -> Option<(Subject, Operation, Arguments, Option<KeyClaim>)> {
        let (Subject::Card(before), Subject::Card(mut card)) = (&failed.subject, next.subject)
        else {
            return None;
        };
        let failure = failure_of(result.as_ref().err()?);
        let now = clock::now();
        let routing = card.routing.as_mut()?;
        let earlier = before
            .routing
            .iter()
            .flat_map(|routing| routing.failed.clone());
        routing.failed = earlier.collect();
        routing.failed.push(FailedAttempt {
            instance: before.instance.clone(),
            type_id: before.type_id,
            operation_id: failed.operation.id,
            code: failure.code.clone(),
            outcome: failure.outcome,
        });
        card.version = before.version + 1;
        card.updated_at = now;
        let ended = Operation {
            status: OperationStatus::Failed,
            failure: Some(failure),
            due_at: None,
            version: failed.operation.version + 1,
            updated_at: now,
            ..failed.operation.clone()
        };
        let operation = Operation {
            created_at: now,
            updated_at: now,
            sent_at: Some(now),
            sends: 1,
            due_at: Some(now.plus(self.policy.lease())),
            ..next.operation
        };
        let claim = key.map(|key| KeyClaim {
            operation_id: operation.id,
            ..key.clone()
        });
        let subject = Subject::Card(card.clone());
        let told = subject.event(EventKind::OperationFailed, Some(&ended));
        let mut unit = Unit::new()
            .with(Change::UpdateCard((*card).clone()))
            .with(Change::MoveCard(*card))
            .with(Change::UpdateOperation(ended))
            .with(Change::InsertOperation(operation.clone()))
            .with(Change::InsertEvent(told));
        for change in next.also {
            unit.push(change);
        }
        if let (Some(old), Some(new)) = (key, &claim) {
            unit.push(Change::ReleaseKey {
                tenant: old.tenant.clone(),
                key: old.key.clone(),
                operation: old.operation_id,
            });
            unit.push(Change::ClaimKey(new.clone()));
        }
        if let Err(error) = self.store.commit(unit).await {
            warn!(operation = %failed.operation.id, "not handed to the next issuer: {error}");
            return None;
        }
        fail::fail_point!("turned_to_next");
        info!(
            operation = %failed.operation.id, next = %operation.id, instance = %operation.instance,
            "handed to the next issuer",
        );
        Some((subject, operation, next.arguments, claim))
    }
}
