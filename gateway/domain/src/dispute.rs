//! Disputes: transactions a tenant contests, and what their provider decides.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::id::{CardId, DisputeId, InstanceId, OperationId, TenantId, TransactionId};
use crate::operation::{Operation, OperationKind, OperationStatus};
use crate::provider::DisputeSnapshot;
use crate::time::Timestamp;

/// How far a dispute is. The states of a chargeback as issuers show them (bfinance: `pending`,
/// `reviewing`, `accepted`, `rejected`, `closed`, `cancelled`).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// Handed in, or on its way to the provider.
    Pending,
    /// The provider looks at it.
    InReview,
    /// Decided for the cardholder: the money comes back as a refund of its own.
    Won,
    /// Decided for the merchant.
    Lost,
    /// Ended, and nothing more will come of it.
    Closed,
    /// Taken back before a decision.
    Cancelled,
    /// It could not be opened; there is no dispute.
    Failed,
}

impl DisputeStatus {
    /// Whether it may still be taken back.
    pub fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::InReview => true,
            Self::Won | Self::Lost | Self::Closed | Self::Cancelled | Self::Failed => false,
        }
    }

    /// Nothing changes any more, so that it is no use asking. A decided dispute is still closed.
    pub fn is_final(self) -> bool {
        match self {
            Self::Closed | Self::Cancelled | Self::Failed => true,
            Self::Pending | Self::InReview | Self::Won | Self::Lost => false,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    pub id: DisputeId,
    pub tenant: TenantId,
    pub instance: InstanceId,
    pub card_id: CardId,
    pub transaction_id: TransactionId,
    pub status: DisputeStatus,
    /// When `status` was true at the provider; older reports do not change it.
    pub status_as_of: Timestamp,
    /// The provider's id of it; unknown until it answered.
    pub provider_ref: Option<String>,
    pub provider_status: Option<String>,
    /// What was claimed, in the tenant's words.
    pub evidence: String,
    pub file_urls: Vec<String>,
    /// What the provider says to it.
    pub response: Option<String>,
    /// The client's own id, free text.
    pub external_id: Option<String>,
    pub metadata: std::collections::BTreeMap<String, String>,
    pub pending_operation: Option<OperationId>,
    /// When the worker should read it at its provider again.
    pub refresh_at: Option<Timestamp>,
    /// Grows by one with every stored change.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Dispute {
    /// Take over what an operation of this dispute has come to. Idempotent.
    pub fn absorb_operation(&mut self, operation: &Operation, now: Timestamp) {
        if let Some(subject_ref) = &operation.subject_ref {
            self.provider_ref.get_or_insert_with(|| subject_ref.clone());
        }
        if !operation.status.is_final() || self.pending_operation != Some(operation.id) {
            return;
        }
        self.pending_operation = None;
        let succeeded = operation.status == OperationStatus::Succeeded;
        if operation.kind == OperationKind::OpenDispute && !succeeded {
            self.status = DisputeStatus::Failed;
            self.response = operation.failure.as_ref().map(|f| f.message.clone());
            return;
        }
        if operation.kind == OperationKind::CancelDispute && succeeded {
            self.status = DisputeStatus::Cancelled;
            self.status_as_of = now;
        }
        self.refresh_at = Some(now);
    }

    /// Take over what the provider says about the dispute itself. What is final stays.
    pub fn absorb_snapshot(&mut self, snapshot: &DisputeSnapshot, as_of: Timestamp) {
        if as_of < self.status_as_of || self.status.is_final() {
            return;
        }
        let DisputeSnapshot {
            dispute_ref,
            status,
            provider_status,
            response,
        } = snapshot;
        self.provider_ref.get_or_insert_with(|| dispute_ref.clone());
        self.status = *status;
        self.status_as_of = as_of;
        self.provider_status = Some(provider_status.clone());
        if response.is_some() {
            self.response.clone_from(response);
        }
    }
}
