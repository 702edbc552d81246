use std::collections::BTreeMap;

use cardmux_domain::batch::{Batch, BatchCounts, BatchItem, ItemError};
use serde::Serialize;
use utoipa::ToSchema;

use super::open;

use crate::app::batches::ItemView;

/// Many cards asked for at once, and how far they are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardBatch)]
pub struct BatchDto {
    #[schema(example = "batch_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    /// `cancelled`: ended after a cancellation was asked for.
    #[schema(value_type = open::BatchStatus)]
    pub status: String,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// How many cards were asked for.
    pub total: i64,
    pub counts: BatchCountsDto,
    /// Of cards decided, rounded down: 100 only when all are.
    pub percent: i64,
    /// From then on nothing more is sent.
    #[schema(format = DateTime)]
    pub cancel_requested_at: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When every card was decided.
    #[schema(format = DateTime)]
    pub completed_at: Option<String>,
}

/// Cards by status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CardBatchCounts)]
pub struct BatchCountsDto {
    /// Not with a provider: waiting for its turn, or for another try.
    pub queued: i64,
    /// With a provider.
    pub processing: i64,
    pub succeeded: i64,
    pub failed: i64,
    pub cancelled: i64,
}

impl From<(Batch, BatchCounts)> for BatchDto {
    fn from((batch, counts): (Batch, BatchCounts)) -> Self {
        let Batch {
            id,
            tenant: _,
            status,
            label,
            external_id,
            metadata,
            counts: _,
            cancel_asked_at,
            completed_at,
            version: _,
            created_at,
            updated_at: _,
        } = batch;
        Self {
            id: id.to_string(),
            status: status.to_string(),
            label,
            external_id,
            metadata,
            total: counts.total(),
            percent: counts.percent(),
            counts: counts.into(),
            cancel_requested_at: cancel_asked_at.map(|at| at.to_string()),
            created_at: created_at.to_string(),
            completed_at: completed_at.map(|at| at.to_string()),
        }
    }
}

impl From<BatchCounts> for BatchCountsDto {
    fn from(counts: BatchCounts) -> Self {
        let BatchCounts {
            queued,
            processing,
            succeeded,
            failed,
            cancelled,
        } = counts;
        Self {
            queued,
            processing,
            succeeded,
            failed,
            cancelled,
        }
    }
}

/// One card of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardBatchItem)]
pub struct BatchItemDto {
    /// Its place in the request, from 0.
    pub index: i64,
    #[schema(value_type = open::BatchItemStatus)]
    pub status: String,
    /// The card, once an attempt was begun.
    pub card_id: Option<String>,
    pub operation_id: Option<String>,
    /// A person has to look at its operation: the gateway cannot decide by itself.
    pub needs_attention: bool,
    /// How often it was tried; again only where nothing was done.
    pub attempts: i64,
    /// Why it failed; while it is queued, why the last attempt did.
    pub error: Option<ItemErrorDto>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CardBatchItemError)]
pub struct ItemErrorDto {
    /// As `POST /v1/cards` gives it.
    #[schema(value_type = open::ProblemCode)]
    pub code: String,
    pub detail: String,
    /// JSON pointer into the item, where a field is wrong.
    pub pointer: Option<String>,
}

impl From<ItemView> for BatchItemDto {
    fn from(view: ItemView) -> Self {
        let ItemView {
            item,
            needs_attention,
        } = view;
        let BatchItem {
            id: _,
            batch_id: _,
            tenant: _,
            index,
            status,
            request: _,
            cardholder: _,
            card_id,
            operation_id,
            error,
            attempts,
            due_at: _,
            version: _,
            created_at: _,
            updated_at: _,
        } = item;
        Self {
            index,
            status: status.to_string(),
            card_id: card_id.map(|id| id.to_string()),
            operation_id: operation_id.map(|id| id.to_string()),
            needs_attention,
            attempts,
            error: error.map(Into::into),
        }
    }
}

impl From<ItemError> for ItemErrorDto {
    fn from(error: ItemError) -> Self {
        let ItemError {
            code,
            detail,
            pointer,
        } = error;
        Self {
            code,
            detail,
            pointer,
        }
    }
}
