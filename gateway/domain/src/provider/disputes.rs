use async_trait::async_trait;

use super::{CallContext, OperationReport, ProviderError};
use crate::dispute::DisputeStatus;
use crate::operation::Reference;

/// A transaction to be contested.
#[derive(Debug, Clone)]
pub struct OpenDispute {
    pub reference: Reference,
    /// The provider's card id.
    pub card_ref: String,
    /// The provider's id of the transaction.
    pub transaction_ref: String,
    /// What happened, in the cardholder's or tenant's words.
    pub evidence: String,
    /// Addresses of files that support it.
    pub file_urls: Vec<String>,
}

/// A dispute taken back.
#[derive(Debug, Clone)]
pub struct CancelDispute {
    pub reference: Reference,
    /// The provider's id of the dispute.
    pub dispute_ref: String,
}

/// A dispute as its provider shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct DisputeSnapshot {
    pub dispute_ref: String,
    pub status: DisputeStatus,
    /// The provider's own word.
    pub provider_status: String,
    /// What the provider says to it.
    pub response: Option<String>,
}

/// Contest transactions.
#[async_trait]
pub trait Disputes: Send + Sync {
    /// Open a dispute about a transaction that is settled.
    ///
    /// # Behaviour
    /// - `dispute_of_a_settled_purchase_is_opened_and_read_back`
    /// - `dispute_of_an_unknown_transaction_is_rejected`
    async fn open(
        &self,
        ctx: &CallContext,
        request: &OpenDispute,
    ) -> Result<OperationReport, ProviderError>;

    /// Read one dispute.
    ///
    /// # Behaviour
    /// - `dispute_unknown_is_not_found`
    async fn get(
        &self,
        ctx: &CallContext,
        dispute_ref: &str,
    ) -> Result<DisputeSnapshot, ProviderError>;

    /// Take a dispute back before it is decided.
    ///
    /// # Behaviour
    /// - `dispute_cancelled_is_final`
    /// - `dispute_decided_cannot_be_cancelled`
    async fn cancel(
        &self,
        ctx: &CallContext,
        request: &CancelDispute,
    ) -> Result<OperationReport, ProviderError>;
}
