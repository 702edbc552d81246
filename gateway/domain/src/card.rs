//! The registry's card, and which changes its status allows.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::id::{CardId, CardTypeId, InstanceId, OperationId, TenantId};
use crate::money::{Currency, Decimal, Money};
use crate::operation::{Operation, OperationKind, OperationStatus};
use crate::provider::CardSnapshot;
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
        use OperationKind::{Cancel, Deposit, Freeze, Unfreeze, Withdraw};
        match self {
            Self::Active => &[Deposit, Withdraw, Freeze, Cancel],
            Self::Frozen => &[Deposit, Withdraw, Unfreeze, Cancel],
            Self::Inactive | Self::Blocked => &[Cancel],
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
    /// Open: `visa`, `mastercard`, `discover` …
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub currency: Currency,
    pub balance: Option<Balance>,
    pub label: Option<String>,
    /// The client's own id, free text.
    pub external_id: Option<String>,
    pub metadata: std::collections::BTreeMap<String, String>,
    pub pending_operation: Option<OperationId>,
    /// When the worker should read this card at its provider again.
    pub refresh_at: Option<Timestamp>,
    /// Grows by one with every stored change; also the card's event sequence number and its ETag.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Card {
    /// Take over what an operation of this card has come to. Idempotent.
    pub fn absorb_operation(&mut self, operation: &Operation, now: Timestamp) {
        if let Some(card_ref) = &operation.card_ref {
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
            self.follow(next, at);
        }
        if operation.status == OperationStatus::Succeeded && (ends_now || self.status != before) {
            self.refresh_at = Some(now);
        }
        // Only once: a report that comes again must not move the balance again.
        if operation.status == OperationStatus::Succeeded && ends_now {
            self.estimate_balance(operation, at);
        }
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
            OperationKind::Issue | OperationKind::Unfreeze => Some(CardStatus::Active),
            OperationKind::Freeze => Some(CardStatus::Frozen),
            OperationKind::Cancel => Some(CardStatus::Cancelled),
            OperationKind::Deposit | OperationKind::Withdraw => None,
        }
    }

    /// Take over what the provider says about the card itself.
    pub fn absorb_snapshot(&mut self, snapshot: &CardSnapshot, as_of: Timestamp) {
        if as_of < self.status_as_of {
            return;
        }
        if snapshot.status != self.status {
            self.follow(snapshot.status, as_of);
        }
        // After `follow`, which forgets the word that belonged to the status before.
        self.provider_status = Some(snapshot.provider_status.clone());
        if let Some(last4) = &snapshot.last4 {
            self.last4 = Some(last4.clone());
        }
        // While an operation is under way nobody knows whether this balance has it in already; when
        // it ends, its amount is added to the last certain one, and the card is read again.
        if let Some(money) = snapshot
            .balance
            .filter(|_| self.pending_operation.is_none())
        {
            self.balance = Some(Balance { money, as_of });
        }
    }

    /// The provider is followed also where the domain does not know the step; that is drift.
    fn follow(&mut self, next: CardStatus, at: Timestamp) {
        if at < self.status_as_of || next == self.status {
            return;
        }
        // "Pending" about a card that was already usable is a late report, not a step back.
        if next == CardStatus::Pending {
            return;
        }
        self.drift |= !self.status.may_become(next);
        self.status = next;
        self.status_as_of = at;
        self.provider_status = None;
    }

    /// The balance a finished operation implies, until the provider is read again.
    fn estimate_balance(&mut self, operation: &Operation, at: Timestamp) {
        if self.model != CardModel::Card || self.balance.is_some_and(|b| b.as_of > at) {
            return;
        }
        let moved = operation.amount.map_or(Decimal::ZERO, |m| m.amount);
        let before = self.balance.map_or(Decimal::ZERO, |b| b.money.amount);
        let after = match operation.kind {
            OperationKind::Issue => moved,
            OperationKind::Deposit => before.saturating_add(moved),
            OperationKind::Withdraw => before.saturating_sub(moved),
            OperationKind::Cancel => Decimal::ZERO,
            OperationKind::Freeze | OperationKind::Unfreeze => return,
        };
        self.balance = Some(Balance {
            money: Money::new(after, self.currency),
            as_of: at,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_statuses_allow_and_become_nothing() {
        for status in CardStatus::VARIANTS.iter().filter(|s| s.is_terminal()) {
            assert!(status.allows().is_empty());
            assert!(
                CardStatus::VARIANTS
                    .iter()
                    .all(|next| !status.may_become(*next))
            );
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn usd(amount: i64) -> Money {
        Money::new(Decimal::from(amount), "USD".parse().unwrap())
    }

    fn active_card_with(balance: i64) -> Card {
        Card {
            id: crate::id::fresh(),
            tenant: "demo".parse().unwrap(),
            status: CardStatus::Active,
            status_as_of: at(1),
            provider_status: Some("Normal".to_owned()),
            drift: false,
            model: CardModel::Card,
            form: CardForm::Virtual,
            type_id: crate::id::fresh(),
            instance: "fincard_main".parse().unwrap(),
            provider_ref: Some("FC1".to_owned()),
            brand: None,
            last4: None,
            currency: "USD".parse().unwrap(),
            balance: Some(Balance {
                money: usd(balance),
                as_of: at(1),
            }),
            label: None,
            external_id: None,
            metadata: std::collections::BTreeMap::new(),
            pending_operation: None,
            refresh_at: None,
            version: 3,
            created_at: at(0),
            updated_at: at(1),
        }
    }

    fn deposit_on(card: &Card, amount: i64) -> Operation {
        let id = crate::id::fresh();
        Operation {
            id,
            tenant: card.tenant.clone(),
            kind: OperationKind::Deposit,
            status: OperationStatus::Pending,
            card_id: card.id,
            instance: card.instance.clone(),
            reference: crate::operation::Reference::of(id),
            provider_ref: None,
            provider_status: None,
            card_ref: None,
            amount: Some(usd(amount)),
            fee: None,
            received: None,
            note: None,
            failure: None,
            attention: None,
            occurred_at: None,
            sends: 1,
            lookups: 0,
            sent_at: None,
            due_at: None,
            version: 1,
            created_at: at(2),
            updated_at: at(2),
        }
    }

    fn snapshot(balance: i64) -> CardSnapshot {
        CardSnapshot {
            card_ref: "FC1".to_owned(),
            card_type_ref: None,
            status: CardStatus::Active,
            provider_status: "Normal".to_owned(),
            last4: None,
            balance: Some(usd(balance)),
        }
    }

    #[test]
    fn balance_read_during_a_deposit_is_not_counted_twice() {
        let mut card = active_card_with(20);
        let mut deposit = deposit_on(&card, 10);
        card.pending_operation = Some(deposit.id);
        // The provider has done it, we have not heard yet: this reading has the deposit in.
        card.absorb_snapshot(&snapshot(30), at(3));
        deposit.status = OperationStatus::Succeeded;
        deposit.occurred_at = Some(at(4));
        card.absorb_operation(&deposit, at(5));
        assert_eq!(card.balance.map(|b| b.money), Some(usd(30)));
        assert_eq!(
            card.refresh_at,
            Some(at(5)),
            "the estimate is to be replaced by a reading"
        );
        card.absorb_snapshot(&snapshot(29), at(6));
        assert_eq!(card.balance.map(|b| b.money), Some(usd(29)));
    }

    #[test]
    fn operation_absorbed_again_changes_nothing() {
        let mut card = active_card_with(20);
        let mut deposit = deposit_on(&card, 10);
        card.pending_operation = Some(deposit.id);
        deposit.status = OperationStatus::Succeeded;
        deposit.occurred_at = Some(at(4));
        card.absorb_operation(&deposit, at(5));
        let once = card.clone();
        card.absorb_operation(&deposit, at(6));
        assert_eq!(card, once);
    }

    #[test]
    fn status_text_round_trips() {
        for status in CardStatus::VARIANTS {
            assert_eq!(status.to_string().parse::<CardStatus>().unwrap(), *status);
        }
        assert_eq!(CardModel::BudgetCard.to_string(), "budget_card");
    }
}
