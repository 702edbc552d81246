//! The registry's card, and which changes its status allows.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::controls::Controls;
use crate::id::{
    BudgetId, CardId, CardTypeId, CustomerId, EnrolmentId, InstanceId, OperationId, TenantId,
};
use crate::ledger::BookOwner;
use crate::money::{Currency, Decimal, Money};
use crate::operation::{Operation, OperationKind, OperationStatus};
use crate::provider::CardSnapshot;
use crate::routing::Routing;
use crate::time::Timestamp;

/// Where a card is in its life. What is under way is not a status: see [`Card::pending_operation`].
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
pub enum CardStatus {
    /// Being issued; the provider has not finished.
    Pending,
    /// Usable.
    Active,
    /// Issued, waits for activation (physical cards).
    Inactive,
    /// Stopped by us; can be resumed.
    Frozen,
    /// Stopped by the provider or issuer; only they can lift it.
    Blocked,
    /// Closed for good.
    Cancelled,
    /// Past its expiry date.
    Expired,
    /// Issuing failed; there is no card.
    Failed,
}

impl CardStatus {
    /// Nothing leads out of these.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Cancelled | Self::Expired | Self::Failed => true,
            Self::Pending | Self::Active | Self::Inactive | Self::Frozen | Self::Blocked => false,
        }
    }

    /// The operations a client may ask for in this status.
    pub fn allows(self) -> &'static [OperationKind] {
        use OperationKind::{
            Activate, Cancel, Deposit, Freeze, OrderPhysical, SetPin, Unfreeze, UpdateControls,
            UpdateNote, Withdraw,
        };
        match self {
            Self::Active => &[
                Deposit,
                Withdraw,
                Freeze,
                Cancel,
                SetPin,
                UpdateControls,
                UpdateNote,
                OrderPhysical,
            ],
            Self::Frozen => &[
                Deposit,
                Withdraw,
                Unfreeze,
                Cancel,
                UpdateControls,
                UpdateNote,
            ],
            Self::Inactive => &[Activate, Cancel, UpdateNote],
            Self::Blocked => &[Cancel, UpdateNote],
            Self::Pending | Self::Cancelled | Self::Expired | Self::Failed => &[],
        }
    }

    /// Whether the domain knows this step; a provider's report of another one is drift.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Pending => !matches!(next, Self::Frozen),
            Self::Inactive => matches!(
                next,
                Self::Active | Self::Blocked | Self::Cancelled | Self::Expired
            ),
            Self::Active => matches!(
                next,
                Self::Frozen | Self::Blocked | Self::Cancelled | Self::Expired
            ),
            Self::Frozen => matches!(
                next,
                Self::Active | Self::Blocked | Self::Cancelled | Self::Expired
            ),
            Self::Blocked => matches!(
                next,
                Self::Active | Self::Frozen | Self::Cancelled | Self::Expired
            ),
            Self::Cancelled | Self::Expired | Self::Failed => false,
        }
    }
}

/// How a card is funded.
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
pub enum CardModel {
    /// Prepaid: has its own balance.
    Card,
    /// Draws on a budget shared with other cards.
    BudgetCard,
    /// A redemption URL, no number.
    Gift,
}

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
pub enum CardForm {
    Virtual,
    Physical,
}

/// A balance and when it was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    pub money: Money,
    pub as_of: Timestamp,
}

/// What a card holds, and what has been put on and taken off it so far, as far as its provider
/// counts: compared before and after, they tell whether money moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CardFunds {
    pub balance: Option<Money>,
    /// Everything ever put on it.
    pub deposited: Option<Money>,
    /// Everything ever taken off it by its owner.
    pub withdrawn: Option<Money>,
}

/// A card of the cross-provider registry.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    pub id: CardId,
    pub tenant: TenantId,
    pub status: CardStatus,
    /// When `status` was true at the provider; older reports do not change it.
    pub status_as_of: Timestamp,
    /// The provider's own word, beside ours; `None` until the card was read there since its status
    /// last changed.
    pub provider_status: Option<String>,
    /// The provider once reported a step the domain does not know.
    pub drift: bool,
    pub model: CardModel,
    pub form: CardForm,
    pub type_id: CardTypeId,
    pub instance: InstanceId,
    /// The provider's card id; unknown until it answered.
    pub provider_ref: Option<String>,
    /// The cardholder, and their enrolment at the provider.
    pub customer_id: Option<CustomerId>,
    pub enrolment_id: Option<EnrolmentId>,
    /// What it draws on, where it has no money of its own.
    pub budget_id: Option<BudgetId>,
    /// Open: `visa`, `mastercard`, `discover` …
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub currency: Currency,
    pub balance: Option<Balance>,
    /// What the provider enforces, as last set or read.
    pub controls: Controls,
    /// The note kept at the provider, as last set or read.
    pub note: Option<String>,
    pub label: Option<String>,
    /// The client's own id, free text.
    pub external_id: Option<String>,
    pub metadata: std::collections::BTreeMap<String, String>,
    /// Why it is at this issuer; `None` where the request named the card type.
    pub routing: Option<Box<Routing>>,
    pub pending_operation: Option<OperationId>,
    /// When the worker should read this card at its provider again.
    pub refresh_at: Option<Timestamp>,
    /// Grows by one with every stored change; also the card's event sequence number and its ETag.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Card {
    /// Whose money its payments take, where the provider leaves the balance to us.
    pub fn drawn_on(&self) -> BookOwner {
        BookOwner::drawn_on(self.id, self.budget_id)
    }

    /// Take over what an operation of this card has come to. Idempotent.
    pub fn absorb_operation(&mut self, operation: &Operation, now: Timestamp) {
        // What an issuer that refused the card says later is not about the card the next one made.
        if self.went_on_after(operation.id) {
            return;
        }
        if let Some(card_ref) = &operation.subject_ref {
            self.provider_ref.get_or_insert_with(|| card_ref.clone());
        }
        match operation.status {
            OperationStatus::Pending | OperationStatus::Processing | OperationStatus::Unknown => {
                return;
            }
            OperationStatus::Succeeded | OperationStatus::Failed => {}
        }
        let ends_now = self.pending_operation == Some(operation.id);
        if ends_now {
            self.pending_operation = None;
        }
        let at = Self::local_time(operation, now);
        let before = self.status;
        if let Some(next) = self.status_after(operation) {
            // Never drift: it was asked for in a status that allows it, and may only be told late.
            self.follow(next, at);
        }
        if operation.status == OperationStatus::Succeeded && (ends_now || self.status != before) {
            self.refresh_at = Some(now);
        }
        // Only once: a report that comes again must not move the balance again.
        if operation.status == OperationStatus::Succeeded && ends_now {
            self.estimate_balance(operation, at);
            if let Some(change) = &operation.controls {
                self.controls.apply(change);
            }
            if operation.kind == OperationKind::UpdateNote {
                self.note.clone_from(&operation.note);
            }
        }
    }

    /// Whether this operation was an issuer's that did nothing, and the card went to the next one.
    pub fn went_on_after(&self, operation: OperationId) -> bool {
        let routing = self.routing.as_deref();
        let mut failed = routing.into_iter().flat_map(|routing| &routing.failed);
        failed.any(|attempt| attempt.operation_id == operation)
    }

    /// When it happened, in our clock: a provider's clock that runs ahead must not outdate what we
    /// read later.
    fn local_time(operation: &Operation, now: Timestamp) -> Timestamp {
        operation.occurred_at.map_or(now, |at| at.min(now))
    }

    /// The status an ended operation leads to, where it leads to one.
    fn status_after(&self, operation: &Operation) -> Option<CardStatus> {
        if operation.status == OperationStatus::Failed {
            return (operation.kind == OperationKind::Issue).then_some(CardStatus::Failed);
        }
        match operation.kind {
            OperationKind::Issue if self.form == CardForm::Physical => Some(CardStatus::Inactive),
            OperationKind::Issue | OperationKind::Unfreeze | OperationKind::Activate => {
                Some(CardStatus::Active)
            }
            OperationKind::Freeze => Some(CardStatus::Frozen),
            OperationKind::Cancel => Some(CardStatus::Cancelled),
            OperationKind::Deposit
            | OperationKind::Withdraw
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
            | OperationKind::Enrol
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => None,
        }
    }

    /// Take over what the provider says about the card itself.
    pub fn absorb_snapshot(&mut self, snapshot: &CardSnapshot, as_of: Timestamp) {
        if as_of < self.status_as_of {
            return;
        }
        if snapshot.status_known {
            let next = snapshot.status;
            self.drift |=
                next != self.status && next != CardStatus::Pending && !self.status.may_become(next);
            self.follow(next, as_of);
            // After `follow`, which forgets the word that belonged to the status before.
            self.provider_status = Some(snapshot.provider_status.clone());
        }
        if let Some(last4) = &snapshot.last4 {
            self.last4 = Some(last4.clone());
        }
        // An operation under way may be about to change these; its end brings the next reading.
        if self.pending_operation.is_none() {
            if let Some(controls) = &snapshot.controls {
                self.controls.apply(controls);
            }
            self.note = snapshot.note.clone().or_else(|| self.note.take());
        }
        // While an operation is under way nobody knows whether this balance has it in already; when
        // it ends, its amount is added to the last certain one, and the card is read again.
        if let Some(money) = snapshot
            .funds
            .balance
            .filter(|_| self.pending_operation.is_none())
        {
            self.balance = Some(Balance { money, as_of });
        }
    }

    /// The provider is followed also where the domain does not know the step.
    fn follow(&mut self, next: CardStatus, at: Timestamp) {
        if at < self.status_as_of || next == self.status {
            return;
        }
        // "Pending" about a card that was already usable is a late report, not a step back.
        if next == CardStatus::Pending {
            return;
        }
        self.status = next;
        self.status_as_of = at;
        self.provider_status = None;
    }

    /// The balance a finished operation implies, until the provider is read again.
    fn estimate_balance(&mut self, operation: &Operation, at: Timestamp) {
        if self.model == CardModel::Gift || self.balance.is_some_and(|b| b.as_of > at) {
            return;
        }
        let moved = operation.amount.map_or(Decimal::ZERO, |m| m.amount);
        let before = self.balance.map_or(Decimal::ZERO, |b| b.money.amount);
        let after = match operation.kind {
            OperationKind::Issue => moved,
            OperationKind::Deposit => before.saturating_add(moved),
            OperationKind::Withdraw => before.saturating_sub(moved),
            OperationKind::Cancel => Decimal::ZERO,
            OperationKind::Freeze
            | OperationKind::Unfreeze
            | OperationKind::Activate
            | OperationKind::SetPin
            | OperationKind::UpdateControls
            | OperationKind::UpdateNote
            | OperationKind::Enrol
            | OperationKind::UpdateEnrolment
            | OperationKind::CreateBudget
            | OperationKind::FundBudget
            | OperationKind::WithdrawBudget
            | OperationKind::OrderPhysical
            | OperationKind::OpenDispute
            | OperationKind::CancelDispute => return,
        };
        self.balance = Some(Balance {
            money: Money::new(after, self.currency),
            as_of: at,
        });
    }
}

#[cfg(test)]
mod tests;
