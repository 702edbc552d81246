//! Enrolments: a customer at one provider, and what its review came to.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::id::{CardTypeId, CustomerId, EnrolmentId, InstanceId, OperationId, TenantId};
use crate::operation::{Operation, OperationKind, OperationStatus};
use crate::provider::{EnrolmentSnapshot, Outcome};
use crate::time::Timestamp;

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
pub enum EnrolmentStatus {
    /// Handed in, or on its way to the provider.
    Pending,
    /// The provider looks at it.
    InReview,
    /// Refused for something that can be corrected: update the customer, then the enrolment.
    ActionRequired,
    /// Cards can be issued on it.
    Approved,
    /// Refused for good.
    Rejected,
    /// Approved once, not usable now.
    Suspended,
}

/// A customer at one provider; where the provider wants one per card type, for that type.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub tenant: TenantId,
    pub customer_id: CustomerId,
    pub instance: InstanceId,
    pub type_id: CardTypeId,
    pub status: EnrolmentStatus,
    /// When `status` was true at the provider; older reports do not change it.
    pub status_as_of: Timestamp,
    /// The provider's id of it; unknown until it answered.
    pub provider_ref: Option<String>,
    pub provider_status: Option<String>,
    /// Who looks at it or refused it, in the provider's word: FinCard `admin`, then `channel`.
    pub review_stage: Option<String>,
    /// Why it was refused, in the provider's words.
    pub reason: Option<String>,
    /// Where the customer goes on by themselves: a hosted verification page.
    pub action_url: Option<String>,
    pub pending_operation: Option<OperationId>,
    /// When the worker should read it at its provider again.
    pub refresh_at: Option<Timestamp>,
    /// Grows by one with every stored change.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl EnrolmentStatus {
    /// Whether the provider is still to decide, so that it is worth asking.
    pub fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::InReview => true,
            Self::ActionRequired | Self::Approved | Self::Rejected | Self::Suspended => false,
        }
    }
}

impl Enrolment {
    /// Take over what an operation of this enrolment has come to. Idempotent.
    pub fn absorb_operation(&mut self, operation: &Operation, now: Timestamp) {
        if let Some(subject_ref) = &operation.subject_ref {
            self.provider_ref.get_or_insert_with(|| subject_ref.clone());
        }
        if !operation.status.is_final() || self.pending_operation != Some(operation.id) {
            return;
        }
        self.pending_operation = None;
        if operation.status == OperationStatus::Succeeded {
            // The status it led to comes with the report, or with the next reading.
            self.refresh_at = Some(now);
        } else if let (OperationKind::Enrol, Some(failure)) = (operation.kind, &operation.failure) {
            // What was never sent was rejected by nobody; it can be handed in again.
            if failure.outcome == Outcome::Rejected {
                self.status = EnrolmentStatus::Rejected;
            }
            self.reason = Some(failure.message.clone());
        }
    }

    /// Take over what the provider says about the enrolment itself.
    pub fn absorb_snapshot(&mut self, snapshot: &EnrolmentSnapshot, as_of: Timestamp) {
        if as_of < self.status_as_of {
            return;
        }
        let EnrolmentSnapshot {
            enrolment_ref,
            card_type_ref: _,
            status,
            provider_status,
            review_stage,
            reason,
            action_url,
            step_due: _,
        } = snapshot;
        self.provider_ref
            .get_or_insert_with(|| enrolment_ref.clone());
        self.status = *status;
        self.status_as_of = as_of;
        self.provider_status = Some(provider_status.clone());
        self.review_stage.clone_from(review_stage);
        self.reason.clone_from(reason);
        self.action_url.clone_from(action_url);
    }
}
