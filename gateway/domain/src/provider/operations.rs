use async_trait::async_trait;

use super::{CallContext, ProviderError};
use crate::money::Money;
use crate::operation::{Failure, OperationKind, OperationStatus, Reference};
use crate::time::Timestamp;

/// What a provider says about an operation; the same shape by answer, webhook and query.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationReport {
    /// Ours, where the provider echoes it; platform-initiated operations have none.
    pub reference: Option<Reference>,
    /// `None` for a kind the domain does not know.
    pub kind: Option<OperationKind>,
    pub reported: Reported,
    /// The provider's own word for the status.
    pub provider_status: String,
    pub provider_ref: Option<String>,
    pub card_ref: Option<String>,
    pub amount: Option<Money>,
    /// Charged on top of the amount.
    pub fee: Option<Money>,
    pub received: Option<Money>,
    pub occurred_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Reported {
    /// Accepted, not finished.
    Processing,
    Succeeded,
    Failed(Failure),
}

impl Reported {
    pub fn status(&self) -> OperationStatus {
        match self {
            Self::Processing => OperationStatus::Processing,
            Self::Succeeded => OperationStatus::Succeeded,
            Self::Failed(_) => OperationStatus::Failed,
        }
    }
}

/// Which operation is looked for.
#[derive(Debug, Clone)]
pub struct OperationQuery {
    pub reference: Reference,
    pub kind: OperationKind,
    /// The provider's card id, where known.
    pub card_ref: Option<String>,
}

/// Find operations by the reference we sent.
#[async_trait]
pub trait Operations: Send + Sync {
    /// The operation with that reference, or `None` where the provider lists none (yet).
    ///
    /// # Behaviour
    /// - `find_returns_what_was_issued_and_deposited`
    /// - `find_of_an_unknown_reference_is_none`
    async fn find(
        &self,
        ctx: &CallContext,
        query: &OperationQuery,
    ) -> Result<Option<OperationReport>, ProviderError>;
}
