//! Authorizations and transactions.
//!
//! Documented: an authorization ends approved or declined by its advice, may be reversed before it
//! is presented, and is never the financial record; a presentment is, with or without one; a
//! `Return` is a later credit (D). Our choice: a reversal may be partial, and there may be several
//! presentments of any amounts.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ask::Reply;

#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Merchant {
    pub id: String,
    pub name: String,
    pub mcc: String,
    pub country: String,
    pub city: String,
}

impl Default for Merchant {
    fn default() -> Self {
        let [id, name, mcc, country, city] =
            ["M-77", "Example Shop", "5411", "LT", "Vilnius"].map(str::to_owned);
        Self {
            id,
            name,
            mcc,
            country,
            city,
        }
    }
}

/// What is paid, and with which card.
#[derive(Clone, Serialize, Deserialize)]
pub struct Payment {
    pub token_id: String,
    pub account_id: String,
    /// In the account's currency.
    pub amount: Decimal,
    pub currency: String,
    pub transaction_amount: Decimal,
    pub transaction_currency: String,
    pub merchant: Merchant,
    pub at: i64,
}

impl Payment {
    /// The same for another amount; the merchant's amount changes in proportion.
    pub fn of(&self, amount: Decimal, at: i64) -> Self {
        let share = amount.checked_div(self.amount).unwrap_or(Decimal::ONE);
        Self {
            transaction_amount: (self.transaction_amount * share).round_dp(2),
            amount,
            at,
            ..self.clone()
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The question is out.
    Asked,
    Approved,
    Declined,
    PartlyReversed,
    Reversed,
    Presented,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Authorization {
    pub id: String,
    /// `type`: mostly `Authorization`.
    pub word: String,
    pub payment: Payment,
    /// The question exactly as it was sent; none where FINCI decided by itself.
    pub request: Option<String>,
    pub reply: Reply,
    /// None while the question is out.
    pub response_code: Option<String>,
    pub reversed: Decimal,
    pub presented: Decimal,
    pub presentments: u64,
}

pub const APPROVED: &str = "Approved";

impl Authorization {
    pub fn phase(&self) -> Phase {
        match self.response_code.as_deref() {
            None => Phase::Asked,
            Some(_) if self.presentments > 0 => Phase::Presented,
            Some(APPROVED) if self.reversed.is_zero() => Phase::Approved,
            Some(APPROVED) if self.left().is_zero() => Phase::Reversed,
            Some(APPROVED) => Phase::PartlyReversed,
            Some(_) => Phase::Declined,
        }
    }

    /// What is neither reversed nor presented yet.
    pub fn left(&self) -> Decimal {
        (self.payment.amount - self.reversed - self.presented).max(Decimal::ZERO)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    Presentment,
    Return,
}

impl TransactionKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Presentment => "Presentment",
            Self::Return => "Return",
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Transaction {
    pub id: String,
    pub kind: TransactionKind,
    pub authorization_id: Option<String>,
    /// Of a return that is linked.
    pub original_id: Option<String>,
    pub payment: Payment,
    /// Charged beside the amount, in the account's currency.
    pub fee: Option<Decimal>,
}
