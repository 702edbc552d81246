//! Facts for the tenant's event stream, written in the transaction that made them true.

use crate::card::CardStatus;
use crate::id::{CardId, EventId, OperationId, TenantId};
use crate::operation::{OperationKind, OperationStatus};
use crate::time::Timestamp;

/// What happened. The text form is `card.updated`, `operation.succeeded` … and open.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum EventKind {
    #[strum(serialize = "card.created")]
    CardCreated,
    #[strum(serialize = "card.updated")]
    CardUpdated,
    #[strum(serialize = "operation.processing")]
    OperationProcessing,
    #[strum(serialize = "operation.unknown")]
    OperationUnknown,
    #[strum(serialize = "operation.succeeded")]
    OperationSucceeded,
    #[strum(serialize = "operation.failed")]
    OperationFailed,
    #[strum(serialize = "operation.needs_attention")]
    OperationNeedsAttention,
}

/// The facts of an event; card data never is among them.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventData {
    pub card_status: CardStatus,
    pub provider_status: Option<String>,
    pub operation: Option<OperationFacts>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationFacts {
    pub id: String,
    pub kind: OperationKind,
    pub status: OperationStatus,
    pub amount: Option<String>,
    pub currency: Option<String>,
    pub failure_code: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    pub tenant: TenantId,
    pub kind: EventKind,
    pub card_id: CardId,
    pub operation_id: Option<OperationId>,
    /// The card's version this event belongs to: events of one card are ordered by it.
    pub sequence: i64,
    pub data: EventData,
    pub created_at: Timestamp,
}
