//! A card.
//!
//! Documented: the fields, the statuses' names, `finup_id` as `CRD` and digits (dossier 5, 6).
//! Assumed: every transition, and that `balance` is `deposit` less `withdraw` less `spent`.

use rand::{Rng, RngExt};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Category {
    Universal,
    Platinum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    Processing,
    Enabled,
    Freezing,
    Freezed,
    /// Spelled so in the documented enum.
    Unreezing,
    Closing,
    Closed,
    Blocked,
}

impl Status {
    /// The documented spelling.
    pub fn word(self) -> &'static str {
        match self {
            Self::Processing => "Processing",
            Self::Enabled => "Enabled",
            Self::Freezing => "Freezing",
            Self::Freezed => "Freezed",
            Self::Unreezing => "Unreezing",
            Self::Closing => "Closing",
            Self::Closed => "Closed",
            Self::Blocked => "Blocked",
        }
    }

    /// As samples have it, and plain English of the one misspelt (dossier, quirk 9).
    pub fn other_word(self) -> &'static str {
        match self {
            Self::Processing => "Pending",
            Self::Enabled => "Active",
            Self::Unreezing => "Unfreezing",
            Self::Closed => "Canceled",
            Self::Freezing | Self::Freezed | Self::Closing | Self::Blocked => self.word(),
        }
    }
}

/// The end status of what is under way.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Next {
    pub at: i64,
    pub status: Status,
}

/// The status reads show until then, whatever it is.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Veil {
    until: i64,
    status: Status,
}

/// Part of the totals that reads do not show yet.
#[derive(Clone, Serialize, Deserialize)]
struct Hidden {
    until: i64,
    deposit: Decimal,
    withdraw: Decimal,
}

#[derive(Serialize, Deserialize)]
pub struct Card {
    pub id: String,
    pub account: String,
    pub bin_id: String,
    pub category: Category,
    pub currency: String,
    pub finup_id: String,
    pub name: String,
    pub notes: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub visible_at: i64,
    pub status: Status,
    pub next: Option<Next>,
    veil: Option<Veil>,
    pub deposit: Decimal,
    pub withdraw: Decimal,
    pub spent: Decimal,
    /// The balance before its last change.
    past_balance: Decimal,
    hidden: Vec<Hidden>,
    /// Canaries: they must turn up nowhere but here.
    pub number: String,
    pub cvv: String,
    pub expires: String,
}

/// What changes of a card, as reads show it.
#[derive(Clone, Copy)]
pub struct Face {
    pub status: Status,
    pub balance: Decimal,
    pub past_balance: Decimal,
    pub deposit: Decimal,
    pub withdraw: Decimal,
    pub spent: Decimal,
}

pub struct Secrets {
    pub number: String,
    pub cvv: String,
    pub expires: String,
}

impl Secrets {
    /// Invents a number of 16 digits in `bin` with a right check digit, a code and an `MM/YY`.
    pub fn invent(bin: &str, rng: &mut impl Rng) -> Self {
        Self {
            number: number(bin, rng),
            cvv: format!("{:03}", rng.random_range(0..1000)),
            expires: format!(
                "{:02}/{}",
                rng.random_range(1..=12),
                rng.random_range(29..=33)
            ),
        }
    }
}

fn number(bin: &str, rng: &mut impl Rng) -> String {
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

/// What is known of a card before it exists.
pub struct Birth {
    pub id: String,
    pub finup_id: String,
    pub account: String,
    pub bin: &'static crate::bins::Bin,
    pub name: String,
    pub notes: Option<String>,
    pub secrets: Secrets,
}

impl Card {
    pub fn new(birth: Birth, now_ms: i64, visible_at: i64) -> Self {
        let Secrets {
            number,
            cvv,
            expires,
        } = birth.secrets;
        Self {
            id: birth.id,
            account: birth.account,
            bin_id: birth.bin.id.to_owned(),
            category: birth.bin.category,
            currency: birth.bin.currency.to_owned(),
            finup_id: birth.finup_id,
            name: birth.name,
            notes: birth.notes,
            created_at: now_ms,
            updated_at: now_ms,
            visible_at,
            status: Status::Processing,
            next: None,
            veil: None,
            deposit: Decimal::ZERO,
            withdraw: Decimal::ZERO,
            spent: Decimal::ZERO,
            past_balance: Decimal::ZERO,
            hidden: Vec::new(),
            number,
            cvv,
            expires,
        }
    }

    pub fn balance(&self) -> Decimal {
        self.deposit - self.withdraw - self.spent
    }

    /// Puts the card into a status; reads show it from `visible_at` on.
    pub fn turn(&mut self, status: Status, next: Option<Next>, now_ms: i64, visible_at: i64) {
        let shown = self.face(now_ms).status;
        self.veil = (visible_at > now_ms).then_some(Veil {
            until: visible_at,
            status: shown,
        });
        self.status = status;
        self.next = next;
        self.updated_at = now_ms;
    }

    /// Goes on by itself: what hid the beginning hides the end too.
    pub fn settle(&mut self, status: Status, now_ms: i64) {
        self.status = status;
        self.next = None;
        self.updated_at = now_ms;
    }

    /// Until when the status in force is hidden.
    pub fn veiled_until(&self) -> Option<i64> {
        self.veil.map(|veil| veil.until)
    }

    /// Adds to the totals; reads show it from `visible_at` on.
    pub fn add(&mut self, deposit: Decimal, withdraw: Decimal, now_ms: i64, visible_at: i64) {
        self.past_balance = self.balance();
        self.deposit += deposit;
        self.withdraw += withdraw;
        self.updated_at = now_ms;
        self.hidden.retain(|hidden| hidden.until > now_ms);
        if visible_at > now_ms {
            self.hidden.push(Hidden {
                until: visible_at,
                deposit,
                withdraw,
            });
        }
    }

    pub fn spend(&mut self, amount: Decimal, now_ms: i64) {
        self.past_balance = self.balance();
        self.spent += amount;
        self.updated_at = now_ms;
    }

    pub fn face(&self, now_ms: i64) -> Face {
        let hidden = || self.hidden.iter().filter(|hidden| hidden.until > now_ms);
        let deposit = self.deposit - hidden().map(|hidden| hidden.deposit).sum::<Decimal>();
        let withdraw = self.withdraw - hidden().map(|hidden| hidden.withdraw).sum::<Decimal>();
        let veil = self.veil.filter(|veil| veil.until > now_ms);
        Face {
            status: veil.map_or(self.status, |veil| veil.status),
            balance: deposit - withdraw - self.spent,
            past_balance: self.past_balance,
            deposit,
            withdraw,
            spent: self.spent,
        }
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
        let number = number("400010", &mut rand::rngs::StdRng::seed_from_u64(1));
        assert!(number.len() == 16 && number.starts_with("400010"));
    }
}
