//! An order: one asked-for change and how far it got.
//!
//! Documented: types and statuses with their capitals (dossier 2.1, 2.6).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::CardStatus;
use crate::script::Fate;

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderKind {
    Create,
    Deposit,
    Withdraw,
    Freeze,
    UnFreeze,
    Cancel,
    /// Raised by the platform; carries no `merchantOrderNo`.
    Blocked,
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
            Self::Blocked => "blocked",
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
