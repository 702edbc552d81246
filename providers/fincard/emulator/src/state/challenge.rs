//! Codes and links on their way to a cardholder.
//!
//! Documented: the three types, `expirationTime` for `auth_url` only, an amount of 0 for an
//! activation (8.5). Assumed: the ids, and that a code is encrypted anew for every answer and event
//! rather than once.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Notice, State};

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChallengeKind {
    #[serde(rename = "third_3ds_otp")]
    Otp,
    #[serde(rename = "auth_url")]
    AuthUrl,
    #[serde(rename = "activation_code")]
    ActivationCode,
}

impl ChallengeKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Otp => "third_3ds_otp",
            Self::AuthUrl => "auth_url",
            Self::ActivationCode => "activation_code",
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct Challenge {
    /// Empty until it is entered.
    pub trade_no: String,
    pub origin_trade_no: Option<String>,
    pub card_no: String,
    pub kind: ChallengeKind,
    /// In clear: every way out encrypts it.
    pub value: String,
    pub currency: Option<String>,
    pub amount: Decimal,
    pub merchant_name: Option<String>,
    pub at: i64,
    pub expires_at: Option<i64>,
}

impl Challenge {
    pub fn new(kind: ChallengeKind, value: String, at: i64) -> Self {
        Self {
            trade_no: String::new(),
            origin_trade_no: None,
            card_no: String::new(),
            kind,
            value,
            currency: None,
            amount: Decimal::ZERO,
            merchant_name: None,
            at,
            expires_at: None,
        }
    }
}

impl State {
    /// Numbers a challenge and announces it; its `tradeNo`.
    pub fn challenge(&mut self, challenge: Challenge) -> String {
        let trade_no = format!("TDS{:012}", self.next_number());
        self.challenges.push(Challenge {
            trade_no: trade_no.clone(),
            ..challenge
        });
        self.news.push(Notice::Challenge(trade_no.clone()));
        trade_no
    }
}
