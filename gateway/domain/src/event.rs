//! Facts for the tenant's event stream, written in the transaction that made them true.

use crate::authorization::{AuthorizationStatus, DecidedBy, DeclineReason, Verdict};
use crate::batch::{BatchCounts, BatchStatus};
use crate::budget::BudgetStatus;
use crate::card::CardStatus;
use crate::challenge::ChallengeKind;
use crate::dispute::DisputeStatus;
use crate::enrolment::EnrolmentStatus;
use crate::id::{CardId, EventId, OperationId, TenantId};
use crate::operation::{OperationKind, OperationStatus};
use crate::time::Timestamp;
use crate::transaction::{ChargedTo, TransactionKind, TransactionStatus};

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
    /// A cardholder is asked for something; the code or link itself is never in an event.
    #[strum(serialize = "card.challenge_created")]
    ChallengeCreated,
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
    #[strum(serialize = "enrolment.created")]
    EnrolmentCreated,
    #[strum(serialize = "enrolment.updated")]
    EnrolmentUpdated,
    #[strum(serialize = "budget.created")]
    BudgetCreated,
    #[strum(serialize = "budget.updated")]
    BudgetUpdated,
    #[strum(serialize = "dispute.created")]
    DisputeCreated,
    #[strum(serialize = "dispute.updated")]
    DisputeUpdated,
    #[strum(serialize = "card_batch.completed")]
    BatchCompleted,
    #[strum(serialize = "card_batch.cancelled")]
    BatchCancelled,
    #[strum(serialize = "transaction.created")]
    TransactionCreated,
    #[strum(serialize = "transaction.updated")]
    TransactionUpdated,
    #[strum(serialize = "authorization.approved")]
    AuthorizationApproved,
    #[strum(serialize = "authorization.declined")]
    AuthorizationDeclined,
    /// Taken back, wholly or in part.
    #[strum(serialize = "authorization.reversed")]
    AuthorizationReversed,
    /// Nothing came in time; what was held is released.
    #[strum(serialize = "authorization.expired")]
    AuthorizationExpired,
    #[strum(serialize = "authorization.posted")]
    AuthorizationPosted,
    #[strum(serialize = "authorization.returned")]
    AuthorizationReturned,
    /// The tenant's endpoint answered after its time: what it said did not count.
    #[strum(serialize = "authorization.late_answer")]
    AuthorizationLateAnswer,
    /// The provider took money of the tenant's own, beside what the tenant asked for: to be booked.
    #[strum(serialize = "funding_account.charged")]
    FundingAccountCharged,
}

/// The facts of an event; card data, codes and personal data never are among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventData {
    pub card: Option<CardFacts>,
    pub operation: Option<OperationFacts>,
    pub enrolment: Option<EnrolmentFacts>,
    pub budget: Option<BudgetFacts>,
    pub transaction: Option<TransactionFacts>,
    pub challenge: Option<ChallengeFacts>,
    pub dispute: Option<DisputeFacts>,
    pub batch: Option<BatchFacts>,
    pub authorization: Option<AuthorizationFacts>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AuthorizationFacts {
    pub id: String,
    pub status: AuthorizationStatus,
    pub verdict: Option<Verdict>,
    pub decided_by: DecidedBy,
    pub reasons: Vec<DeclineReason>,
    /// Of what this step is about: asked for, released, presented, returned.
    pub amount: String,
    pub currency: String,
    /// What the tenant's endpoint said too late.
    pub late_verdict: Option<Verdict>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BatchFacts {
    pub id: String,
    pub status: BatchStatus,
    pub counts: BatchCounts,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CardFacts {
    pub status: CardStatus,
    pub provider_status: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OperationFacts {
    pub id: String,
    pub kind: OperationKind,
    pub status: OperationStatus,
    pub amount: Option<String>,
    pub currency: Option<String>,
    pub failure_code: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct EnrolmentFacts {
    pub id: String,
    pub customer_id: String,
    pub status: EnrolmentStatus,
    pub review_stage: Option<String>,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BudgetFacts {
    pub id: String,
    pub status: BudgetStatus,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TransactionFacts {
    pub id: String,
    pub kind: TransactionKind,
    pub status: TransactionStatus,
    pub amount: Option<String>,
    pub currency: Option<String>,
    pub charged_to: ChargedTo,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DisputeFacts {
    pub id: String,
    pub transaction_id: String,
    pub status: DisputeStatus,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ChallengeFacts {
    /// The provider's id of it.
    pub challenge_ref: String,
    pub kind: ChallengeKind,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    pub tenant: TenantId,
    pub kind: EventKind,
    /// The id of the resource it is about: `card_…`, `enr_…`, `bud_…`, `txn_…`, `batch_…`.
    pub subject: String,
    /// The card it is about, or whose transaction or challenge it is.
    pub card_id: Option<CardId>,
    pub operation_id: Option<OperationId>,
    /// The subject's version this event belongs to: events of one subject are ordered by it.
    pub sequence: i64,
    pub data: EventData,
    pub created_at: Timestamp,
}
