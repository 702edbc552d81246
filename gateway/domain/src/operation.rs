//! Operations: one intended change at a provider, written down before it is sent.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::card::CardFunds;
use crate::controls::Controls;
use crate::id::{BudgetId, CardId, DisputeId, EnrolmentId, InstanceId, OperationId, TenantId};
use crate::money::Money;
use crate::provider::{OperationReport, Outcome, Reported};
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
pub enum OperationKind {
    Issue,
    Deposit,
    Withdraw,
    Freeze,
    Unfreeze,
    Cancel,
    /// Make an inactive physical card usable.
    Activate,
    SetPin,
    UpdateControls,
    UpdateNote,
    /// Hand a customer in at a provider.
    Enrol,
    /// Hand in corrected data.
    UpdateEnrolment,
    CreateBudget,
    FundBudget,
    WithdrawBudget,
    /// Have a card that exists printed and sent.
    OrderPhysical,
    /// Contest a transaction.
    OpenDispute,
    CancelDispute,
}

impl OperationKind {
    /// Brings about a state, so that doing it twice is as doing it once: it may be sent again also
    /// where no key protects it.
    pub fn sets(self) -> bool {
        match self {
            Self::Freeze
            | Self::Unfreeze
            | Self::Cancel
            | Self::Activate
            | Self::SetPin
            | Self::UpdateControls
            | Self::UpdateNote
            | Self::UpdateEnrolment
            | Self::CancelDispute => true,
            Self::Issue
            | Self::Deposit
            | Self::Withdraw
            | Self::Enrol
            | Self::CreateBudget
            | Self::FundBudget
            | Self::WithdrawBudget
            | Self::OrderPhysical
            | Self::OpenDispute => false,
        }
    }
}

/// What an operation changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectId {
    Card(CardId),
    Enrolment(EnrolmentId),
    Budget(BudgetId),
    Dispute(DisputeId),
}

impl SubjectId {
    pub fn card(self) -> Option<CardId> {
        match self {
            Self::Card(id) => Some(id),
            Self::Enrolment(_) | Self::Budget(_) | Self::Dispute(_) => None,
        }
    }

    pub fn enrolment(self) -> Option<EnrolmentId> {
        match self {
            Self::Enrolment(id) => Some(id),
            Self::Card(_) | Self::Budget(_) | Self::Dispute(_) => None,
        }
    }

    pub fn budget(self) -> Option<BudgetId> {
        match self {
            Self::Budget(id) => Some(id),
            Self::Card(_) | Self::Enrolment(_) | Self::Dispute(_) => None,
        }
    }

    pub fn dispute(self) -> Option<DisputeId> {
        match self {
            Self::Dispute(id) => Some(id),
            Self::Card(_) | Self::Enrolment(_) | Self::Budget(_) => None,
        }
    }
}

impl std::fmt::Display for SubjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Card(id) => id.fmt(f),
            Self::Enrolment(id) => id.fmt(f),
            Self::Budget(id) => id.fmt(f),
            Self::Dispute(id) => id.fmt(f),
        }
    }
}

/// How far an operation is. The order is the order of certainty: results arrive by answer, webhook
/// and polling in any order, and only ever move an operation up ([`Operation::absorb`]).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// Written down; not known to have been sent.
    Pending,
    /// Sent, fate not known. Always resolves, or is shown to a person ([`Operation::attention`]).
    Unknown,
    /// The provider has it and works on it.
    Processing,
    Failed,
    Succeeded,
}

impl OperationStatus {
    pub fn is_final(self) -> bool {
        match self {
            Self::Failed | Self::Succeeded => true,
            Self::Pending | Self::Unknown | Self::Processing => false,
        }
    }
}

/// The id **we** chose and sent: `merchantOrderNo`, `externalId`, a tag in `notes`.
///
/// 26 characters `[0-9a-z]`, unique over all operations of all tenants: inside every documented
/// range (FinCard: 20–40 letters and digits, unique across operation types).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

impl Reference {
    /// The reference of an operation: the suffix of its id.
    pub fn of(id: OperationId) -> Self {
        let text = id.to_string();
        Self(text.rsplit('_').next().unwrap_or_default().to_owned())
    }

    /// A reference read back from the database or a provider.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an operation failed, in words a client may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Stable; one of the published error codes.
    pub code: String,
    pub message: String,
    pub outcome: Outcome,
    pub provider_code: Option<String>,
    pub provider_message: Option<String>,
}

/// Why the gateway cannot decide by itself, with what it saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    pub reason: String,
    pub evidence: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    pub id: OperationId,
    pub tenant: TenantId,
    pub kind: OperationKind,
    pub status: OperationStatus,
    pub subject: SubjectId,
    pub instance: InstanceId,
    pub reference: Reference,
    /// The provider's id of the operation.
    pub provider_ref: Option<String>,
    pub provider_status: Option<String>,
    /// The provider's id of the subject, once reported.
    pub subject_ref: Option<String>,
    /// What was asked for; for a cancellation nothing.
    pub amount: Option<Money>,
    /// Charged by the provider, on top of the amount.
    pub fee: Option<Money>,
    /// What arrived at the other end, as the provider reports it.
    pub received: Option<Money>,
    pub note: Option<String>,
    /// The controls to be set; of the other kinds of operation nothing.
    pub controls: Option<Controls>,
    /// What the card held just before it was handed over, where the provider leaves no other trace
    /// of it ([`ProviderTraits::compared`](crate::provider::ProviderTraits::compared)). Written
    /// down before the sending: without it, such an operation was not sent.
    pub before: Option<CardFunds>,
    /// It was asked for with something that is not kept (PIN, activation code, card number, the
    /// name or address of a person): it cannot be handed over a second time.
    pub holds_secret: bool,
    pub failure: Option<Failure>,
    pub attention: Option<Attention>,
    /// When it happened at the provider.
    pub occurred_at: Option<Timestamp>,
    /// How often it was handed to the provider.
    pub sends: i32,
    /// How often its fate was looked up.
    pub lookups: i32,
    /// When it was last handed to the provider.
    pub sent_at: Option<Timestamp>,
    /// When the worker takes it up; `None` once it is final. While a request or a worker holds it,
    /// the end of that lease.
    pub due_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Operation {
    /// Take over a provider's report. Idempotent, and the same end for every order of reports:
    /// certainty only grows, and a success outweighs a failure. `true` where anything changed.
    pub fn absorb(&mut self, report: &OperationReport) -> bool {
        let before = self.clone();
        let fill = |slot: &mut Option<String>, value: &Option<String>| {
            if slot.is_none() {
                slot.clone_from(value);
            }
        };
        fill(&mut self.provider_ref, &report.provider_ref);
        fill(&mut self.subject_ref, &report.subject_ref);
        let next = report.reported.status();
        if next >= self.status {
            self.status = next;
            self.provider_status = Some(report.provider_status.clone());
            self.fee = report.fee.or(self.fee);
            self.received = report.received.or(self.received);
            self.occurred_at = report.occurred_at.or(self.occurred_at);
            self.failure = match &report.reported {
                Reported::Failed(failure) => Some(failure.clone()),
                Reported::Processing | Reported::Succeeded => None,
            };
            if next.is_final() {
                self.attention = None;
            }
        }
        *self != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reference_of_an_operation_is_within_every_documented_range() {
        let reference = Reference::of(crate::id::fresh());
        assert_eq!(reference.as_str().len(), 26);
        assert!(
            reference
                .as_str()
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
        );
    }
}
