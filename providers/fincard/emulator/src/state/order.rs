//! An order: one asked-for change and how far it got.
//!
//! Documented: types and statuses with their capitals (dossier 2.1, 2.6).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{CardStatus, Change};
use crate::script::Fate;

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderKind {
    Create,
    Deposit,
    Withdraw,
    Freeze,
    UnFreeze,
    Cancel,
    Update,
    UpdatePin,
    /// Of a physical card. Its answer and its event have a shape of their own.
    Activate,
    /// Raised by the platform; carries no `merchantOrderNo`.
    Blocked,
    /// Raised by the platform: the merchant's own money paid what a card owed.
    Overdraft,
}

impl OrderKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Deposit => "deposit",
            Self::Withdraw => "withdraw",
            Self::Freeze => "Freeze",
            Self::UnFreeze => "UnFreeze",
            Self::Cancel => "cancel",
            Self::Update => "card_update",
            Self::UpdatePin => "update_pin",
            Self::Activate => "card_activated",
            Self::Blocked => "blocked",
            Self::Overdraft => "overdraft_statement",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderStatus {
    WaitProcess,
    Processing,
    Success,
    Fail,
}

impl OrderStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::WaitProcess => "wait_process",
            Self::Processing => "processing",
            Self::Success => "success",
            Self::Fail => "fail",
        }
    }

    pub fn is_final(self) -> bool {
        match self {
            Self::WaitProcess | Self::Processing => false,
            Self::Success | Self::Fail => true,
        }
    }
}

/// When an order moves on, on the emulated clock.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Schedule {
    pub accepted_at: i64,
    pub processing_at: i64,
    pub final_at: i64,
    /// Queries do not show the order before.
    pub visible_at: i64,
}

#[derive(Serialize, Deserialize)]
pub struct Order {
    pub order_no: String,
    pub merchant_order_no: Option<String>,
    pub card_no: String,
    pub kind: OrderKind,
    pub status: OrderStatus,
    pub currency: String,
    pub amount: Decimal,
    pub fee: Decimal,
    /// Known once successful.
    pub received: Option<Decimal>,
    pub description: Option<String>,
    /// The account that pays or is paid.
    pub account_id: String,
    /// What a successful update or activation sets on the card.
    pub change: Option<Change>,
    /// What the card goes back to if the order fails.
    pub card_before: CardStatus,
    pub fate: Fate,
    pub schedule: Schedule,
}

impl Order {
    /// When this order moves next, if it ever does.
    pub fn next_step_at(&self) -> Option<i64> {
        match self.status {
            OrderStatus::WaitProcess => Some(self.schedule.processing_at),
            OrderStatus::Processing if self.fate == Fate::Stuck => None,
            OrderStatus::Processing => Some(self.schedule.final_at),
            OrderStatus::Success | OrderStatus::Fail => None,
        }
    }
}
