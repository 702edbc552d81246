//! A card.
//!
//! Documented: the statuses with their capitals, the independent `blocked` flag (F-doc 2.2), and
//! ids of two letters, date and a long run of digits that are *not* the card number (W-doc).

use rand::{Rng, RngExt};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Attributes;
use crate::card_types::{self, CardType};

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardStatus {
    Pending,
    /// A physical card that waits for its activation.
    UnActivated,
    Normal,
    Freezing,
    Freeze,
    UnFreezing,
    Canceling,
    Cancel,
    Fail,
}

impl CardStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::UnActivated => "un_activated",
            Self::Normal => "Normal",
            Self::Freezing => "Freezing",
            Self::Freeze => "Freeze",
            Self::UnFreezing => "UnFreezing",
            Self::Canceling => "canceling",
            Self::Cancel => "cancel",
            Self::Fail => "fail",
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct Card {
    pub card_no: String,
    pub card_type_id: u32,
    pub status: CardStatus,
    pub blocked: bool,
    pub currency: String,
    pub balance: Decimal,
    /// Spent and held.
    pub used: Decimal,
    /// The account that pays for the card: the currency's WALLET, or a shared card's MARGIN.
    pub funded_by: String,
    pub holder_id: Option<u64>,
    pub remark: Option<String>,
    pub attributes: Attributes,
    pub bind_time: i64,
    /// Canaries: they must turn up nowhere but here.
    pub number: String,
    pub cvv: String,
    pub expires: String,
    /// Of a physical card between its opening and its activation.
    pub activation_code: Option<String>,
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

/// Whether this can be the printed number of a card of `bin`.
pub fn is_number(number: &str, bin: &str) -> bool {
    let digits: Vec<u32> = number
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .collect();
    let Some((check, rest)) = digits.split_last() else {
        return false;
    };
    number.len() == 16
        && digits.len() == 16
        && number.starts_with(bin)
        && check_digit(rest) == *check
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

impl Card {
    pub fn card_type(&self) -> Option<CardType> {
        card_types::find(&self.card_type_id.to_string())
    }

    pub fn is_physical(&self) -> bool {
        self.card_type()
            .is_some_and(|card_type| card_type.is_physical())
    }

    /// Invents the secret part.
    pub fn secrets(bin: &str, rng: &mut impl Rng) -> (String, String, String) {
        let cvv = format!("{:03}", rng.random_range(0..1000));
        let expires = format!(
            "{:02}/{}",
            rng.random_range(1..=12),
            rng.random_range(2029..=2033)
        );
        (number(bin, rng), cvv, expires)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn the_check_digit_is_luhns() {
        let digits: Vec<u32> = "411111111111111"
            .chars()
            .filter_map(|c| c.to_digit(10))
            .collect();
        assert_eq!(check_digit(&digits), 1);
    }

    #[test]
    fn a_number_has_16_digits_and_keeps_its_bin() {
        let number = number("510510", &mut rand::rngs::StdRng::seed_from_u64(1));
        assert!(number.len() == 16 && number.starts_with("510510"));
        assert!(is_number(&number, "510510") && !is_number(&number, "400005"));
    }
}
