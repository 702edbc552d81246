use async_trait::async_trait;

use super::{CallContext, EnrolmentSnapshot, ProviderError};
use crate::card::CardFunds;
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
    /// The provider's id of what the operation is about: card, enrolment or budget.
    pub subject_ref: Option<String>,
    pub amount: Option<Money>,
    /// Charged on top of the amount.
    pub fee: Option<Money>,
    pub received: Option<Money>,
    pub occurred_at: Option<Timestamp>,
    /// Where the operation is about an enrolment: what became of that.
    pub enrolment: Option<EnrolmentSnapshot>,
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
    /// The provider's id of card, enrolment or budget, where known.
    pub subject_ref: Option<String>,
    /// What was asked for, for providers that have to be asked by what happened.
    pub amount: Option<Money>,
    pub note: Option<String>,
    /// When it was first handed to the provider.
    pub sent_at: Option<Timestamp>,
    /// What the card held before it was sent; of the kinds the provider's traits name as compared.
    pub before: Option<CardFunds>,
    /// Of an issue: the provider's id of the card type.
    pub card_type_ref: Option<String>,
    /// Of an issue, where [`ProviderTraits::cards_by_owner`](super::ProviderTraits::cards_by_owner):
    /// the provider's ids of all cards the registry has of that owner, whatever their status.
    pub known: Vec<String>,
}

/// What a provider's books show of an operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Trace {
    Found(Box<OperationReport>),
    /// Nothing: not done, or not shown yet.
    Absent,
    /// Something that fits and does not prove it; what was seen, for a person to decide.
    Ambiguous(Vec<String>),
}

impl Trace {
    pub fn found(self) -> Option<OperationReport> {
        match self {
            Self::Found(report) => Some(*report),
            Self::Absent | Self::Ambiguous(_) => None,
        }
    }
}

impl From<Option<OperationReport>> for Trace {
    fn from(report: Option<OperationReport>) -> Self {
        report.map_or(Self::Absent, |report| Self::Found(Box::new(report)))
    }
}

/// Find operations by the reference we sent, or by what they left behind.
#[async_trait]
pub trait Operations: Send + Sync {
    /// What there is of the operation with that reference. Where the provider keeps no reference
    /// of it, it is told by what changed since `before`; never guessed.
    ///
    /// # Behaviour
    /// - `find_returns_what_was_issued_and_deposited`
    /// - `find_returns_enrolments_budgets_and_transfers`
    /// - `find_of_an_unknown_reference_is_absent`
    /// - `find_by_comparison_tells_done_from_not_done`
    /// - `find_by_comparison_is_ambiguous_when_other_money_moved`
    async fn find(&self, ctx: &CallContext, query: &OperationQuery)
    -> Result<Trace, ProviderError>;
}
