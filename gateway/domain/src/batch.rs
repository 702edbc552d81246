//! Batches: many cards asked for at once, each an item with a result of its own.

use std::collections::BTreeMap;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::id::{BatchId, BatchItemId, CardId, OperationId, TenantId};
use crate::time::Timestamp;

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum BatchStatus {
    /// Items are open.
    Processing,
    /// Every item is decided.
    Completed,
    /// Every item is decided, after a cancellation was asked for.
    Cancelled,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum BatchItemStatus {
    /// Nothing of it is with a provider.
    Queued,
    /// Its operation exists and is not final.
    Processing,
    Succeeded,
    Failed,
    Cancelled,
}

/// How many items of a batch have each status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchCounts {
    pub queued: i64,
    pub processing: i64,
    pub succeeded: i64,
    pub failed: i64,
    pub cancelled: i64,
}

impl BatchCounts {
    pub fn add(&mut self, status: BatchItemStatus, count: i64) {
        let slot = match status {
            BatchItemStatus::Queued => &mut self.queued,
            BatchItemStatus::Processing => &mut self.processing,
            BatchItemStatus::Succeeded => &mut self.succeeded,
            BatchItemStatus::Failed => &mut self.failed,
            BatchItemStatus::Cancelled => &mut self.cancelled,
        };
        *slot = slot.saturating_add(count);
    }

    pub fn decided(&self) -> i64 {
        self.succeeded + self.failed + self.cancelled
    }

    pub fn total(&self) -> i64 {
        self.decided() + self.queued + self.processing
    }

    /// Of items decided, rounded down: 100 only when all are.
    pub fn percent(&self) -> i64 {
        match self.total() {
            0 => 100,
            total => self.decided() * 100 / total,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub id: BatchId,
    pub tenant: TenantId,
    pub status: BatchStatus,
    pub label: Option<String>,
    /// The client's own id, free text.
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// Kept when it ends; counted until then.
    pub counts: Option<BatchCounts>,
    /// From then on nothing new is sent.
    pub cancel_asked_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    /// Grows by one with every stored change.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Batch {
    /// Ended, with every item decided as counted.
    #[must_use]
    pub fn ended(mut self, counts: BatchCounts, now: Timestamp) -> Self {
        self.status = match self.cancel_asked_at {
            Some(_) => BatchStatus::Cancelled,
            None => BatchStatus::Completed,
        };
        self.counts = Some(counts);
        self.completed_at = Some(now);
        self.changed(now)
    }

    /// Nothing new of it is to be sent.
    #[must_use]
    pub fn cancelling(mut self, now: Timestamp) -> Self {
        self.cancel_asked_at.get_or_insert(now);
        self.changed(now)
    }

    fn changed(mut self, now: Timestamp) -> Self {
        self.version += 1;
        self.updated_at = now;
        self
    }
}

/// Why an item failed, or why its last attempt did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemError {
    /// One of the published problem codes.
    pub code: String,
    pub detail: String,
    /// JSON pointer into the item, where a field is wrong.
    pub pointer: Option<String>,
}

/// One card of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchItem {
    pub id: BatchItemId,
    pub batch_id: BatchId,
    pub tenant: TenantId,
    /// Its place in the request, from 0.
    pub index: i64,
    pub status: BatchItemStatus,
    /// What is to be issued, as its use case writes it down; no secret is among it.
    pub request: String,
    /// Whom the card is made out to, encrypted; gone once the item is decided.
    pub cardholder: Option<Vec<u8>>,
    /// Of the attempt under way, or of the last one.
    pub card_id: Option<CardId>,
    pub operation_id: Option<OperationId>,
    pub error: Option<ItemError>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it may be tried, while it is queued; where a worker holds it, the end of that lease.
    pub due_at: Option<Timestamp>,
    /// Grows by one with every stored change, a lease excepted: who begins an item and has not the
    /// stored version begins nothing.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl BatchItem {
    /// An attempt is written down.
    #[must_use]
    pub fn begun(&self, card: CardId, operation: OperationId, now: Timestamp) -> Self {
        Self {
            status: BatchItemStatus::Processing,
            card_id: Some(card),
            operation_id: Some(operation),
            error: None,
            attempts: self.attempts + 1,
            due_at: None,
            ..self.changed(now)
        }
    }

    /// The same attempt, with the next issuer.
    #[must_use]
    pub fn elsewhere(&self, operation: OperationId, now: Timestamp) -> Self {
        Self {
            operation_id: Some(operation),
            ..self.changed(now)
        }
    }

    /// Waiting for its next attempt; what the last one made is in the registry, as failed.
    #[must_use]
    pub fn put_off(&self, until: Timestamp, error: Option<ItemError>, now: Timestamp) -> Self {
        Self {
            status: BatchItemStatus::Queued,
            card_id: None,
            operation_id: None,
            error,
            due_at: Some(until),
            ..self.changed(now)
        }
    }

    #[must_use]
    pub fn decided(
        &self,
        status: BatchItemStatus,
        error: Option<ItemError>,
        now: Timestamp,
    ) -> Self {
        Self {
            status,
            cardholder: None,
            error,
            due_at: None,
            ..self.changed(now)
        }
    }

    fn changed(&self, now: Timestamp) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_is_a_hundred_only_when_every_item_is_decided() {
        let mut counts = BatchCounts::default();
        counts.add(BatchItemStatus::Succeeded, 998);
        counts.add(BatchItemStatus::Failed, 1);
        counts.add(BatchItemStatus::Processing, 1);
        assert_eq!((counts.total(), counts.percent()), (1000, 99));
        counts.processing = 0;
        counts.add(BatchItemStatus::Cancelled, 1);
        assert_eq!((counts.total(), counts.percent()), (1000, 100));
    }
}
