//! What `/card/v2/update` sets on a card.
//!
//! Documented: spending controls of an interval and an amount, MCC lists of which only one can be
//! set and `[]` removes, the no-PIN amount (F-doc 7.5). Assumed: a list that is set replaces the
//! other one, and what a request leaves out stays as it is.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
pub struct SpendingControl {
    pub interval: String,
    pub amount: Decimal,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Attributes {
    pub no_pin_amount: Option<Decimal>,
    pub spending: Vec<SpendingControl>,
    pub allowed_mcc: Vec<String>,
    pub blocked_mcc: Vec<String>,
}

/// A change of some of them, kept with its order until that succeeds.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Change {
    pub no_pin_amount: Option<Decimal>,
    pub spending: Option<Vec<SpendingControl>>,
    pub allowed_mcc: Option<Vec<String>>,
    pub blocked_mcc: Option<Vec<String>>,
}

impl Change {
    pub fn is_empty(&self) -> bool {
        let Self {
            no_pin_amount,
            spending,
            allowed_mcc,
            blocked_mcc,
        } = self;
        no_pin_amount.is_none()
            && spending.is_none()
            && allowed_mcc.is_none()
            && blocked_mcc.is_none()
    }
}

impl Attributes {
    pub fn apply(&mut self, change: Change) {
        let Change {
            no_pin_amount,
            spending,
            allowed_mcc,
            blocked_mcc,
        } = change;
        self.no_pin_amount = no_pin_amount.or(self.no_pin_amount);
        if let Some(spending) = spending {
            self.spending = spending;
        }
        if let Some(allowed) = allowed_mcc {
            self.allowed_mcc = allowed;
            self.blocked_mcc.clear();
        }
        if let Some(blocked) = blocked_mcc {
            self.blocked_mcc = blocked;
            self.allowed_mcc.clear();
        }
    }

    /// Why a purchase is declined, if it is. An amount of 0 in a spending control is no limit.
    pub fn decline(&self, amount: Decimal, mcc: &str) -> Option<&'static str> {
        let listed = |list: &[String]| list.iter().any(|code| code == mcc);
        let exceeds = |limit: &SpendingControl| !limit.amount.is_zero() && amount > limit.amount;
        if self.spending.iter().any(exceeds) {
            Some("Exceeds the spending limit")
        } else if listed(&self.blocked_mcc)
            || !self.allowed_mcc.is_empty() && !listed(&self.allowed_mcc)
        {
            Some("The merchant category is not allowed")
        } else {
            None
        }
    }
}
