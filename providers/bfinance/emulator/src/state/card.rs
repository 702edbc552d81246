//! A card of either model.
//!
//! Documented: the statuses (D; `pending` only as a list filter, S2), six limits with their names
//! (D), four velocity windows (D). Assumed: the limits a new card starts with, numbers of BINs
//! 4000xx, expiry five years on.

use std::collections::BTreeMap;

use rand::{Rng, RngExt};
use rust_decimal::{Decimal, dec};
use serde::{Deserialize, Serialize};

use super::table::Row;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    Prepaid,
    Budget,
}

impl Model {
    pub fn word(self) -> &'static str {
        match self {
            Self::Prepaid => "prepaid",
            Self::Budget => "budget",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardStatus {
    Pending,
    Active,
    Frozen,
    Deleted,
    Blocked,
    Expired,
}

impl CardStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Frozen => "frozen",
            Self::Deleted => "deleted",
            Self::Blocked => "blocked",
            Self::Expired => "expired",
        }
    }
}

/// The limit types of `POST …/limits` (D), and what a new card has.
pub const LIMITS: [(&str, Decimal); 6] = [
    ("ecommerce-daily", dec!(5_000)),
    ("ecommerce-monthly", dec!(50_000)),
    ("ecommerce-transaction", dec!(5_000)),
    ("pos-daily", dec!(2_000)),
    ("pos-monthly", dec!(20_000)),
    ("pos-transaction", dec!(2_000)),
];

const DAY_MS: i64 = 86_400_000;

/// The velocity windows (D) and how far back each looks. Rolling windows are our choice.
pub const WINDOWS: [(&str, i64); 4] = [
    ("DAY", DAY_MS),
    ("WEEK", 7 * DAY_MS),
    ("MONTH", 30 * DAY_MS),
    ("LIFETIME", i64::MAX),
];

/// A plastic copy of a card.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Plastic {
    /// Printed on the letter; a control route shows it.
    pub code: String,
    pub activated: bool,
}

#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub topped_up: Decimal,
    pub withdrawn: Decimal,
    pub spent: Decimal,
    pub refunded: Decimal,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub id: String,
    pub type_id: String,
    pub model: Model,
    pub budget_id: Option<String>,
    pub status: CardStatus,
    /// When a `pending` card becomes `active` by itself (emulated).
    pub activates_at: Option<i64>,
    pub currency: String,
    pub balance: Decimal,
    pub totals: Totals,
    pub holder: Holder,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub display_name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub pin_set: bool,
    pub limits: BTreeMap<String, Decimal>,
    pub velocity: BTreeMap<String, Decimal>,
    pub plastic: Option<Plastic>,
    /// Canaries: they must turn up nowhere but here.
    pub number: String,
    pub cvv: String,
    pub expires: String,
}

#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Holder {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub customer_id: Option<String>,
}

impl Row for Card {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Card {
    pub fn last4(&self) -> &str {
        self.number.get(12..).unwrap_or_default()
    }

    pub fn masked(&self) -> String {
        format!("**** **** **** {}", self.last4())
    }

    pub fn limit(&self, kind: &str) -> Decimal {
        self.limits.get(kind).copied().unwrap_or_default()
    }
}

pub fn default_limits() -> BTreeMap<String, Decimal> {
    LIMITS
        .iter()
        .map(|(kind, limit)| ((*kind).to_owned(), *limit))
        .collect()
}

/// A Luhn-valid 16-digit number in `bin`.
pub fn number(bin: &str, rng: &mut impl Rng) -> String {
    let mut digits: Vec<u32> = bin.chars().filter_map(|digit| digit.to_digit(10)).collect();
    while digits.len() < 15 {
        digits.push(rng.random_range(0..10));
    }
    digits.push(check_digit(&digits));
    digits
        .iter()
        .filter_map(|digit| char::from_digit(*digit, 10))
        .collect()
}

/// What makes the Luhn sum of `digits` and the check digit a multiple of ten.
fn check_digit(digits: &[u32]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let from_right = digits.iter().rev().enumerate();
    let sum: u32 = from_right
        .map(|(at, digit)| if at % 2 == 0 { doubled(*digit) } else { *digit })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_luhns() {
        let digits: Vec<u32> = "411111111111111"
            .chars()
            .filter_map(|c| c.to_digit(10))
            .collect();
        assert_eq!(check_digit(&digits), 1);
    }
}
