//! Webhooks (dossier section 9). Only `id`, `advice`, `response_code` and `authorization_id` are
//! FINCI's names (D); the others are ours (C).

use cardmux_provider_kit::json;
use cardmux_provider_kit::redact;
use serde::{Deserialize, Serialize};

use super::is_id;

/// Longest word of a type or code that is kept.
const MAX_WORD: usize = 64;

/// All that is read of a message, and all that is kept of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Message {
    /// Of the authorization family.
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    /// Of presentments and returns.
    #[serde(deserialize_with = "json::opt_id")]
    pub transaction_id: Option<String>,
    #[serde(rename = "type", deserialize_with = "json::opt_text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::opt_bool")]
    pub advice: Option<bool>,
    #[serde(deserialize_with = "json::opt_text")]
    pub response_code: Option<String>,
    /// Of a reversal with an id of its own: the authorization's.
    #[serde(deserialize_with = "json::opt_id")]
    pub original_id: Option<String>,
    /// Of a transaction: absent or empty where no authorization preceded (D).
    #[serde(deserialize_with = "json::opt_id")]
    pub authorization_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub token_id: Option<String>,
    /// In the account's currency. As written, so that it stays exact.
    #[serde(deserialize_with = "json::opt_text")]
    pub amount: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    /// In the merchant's.
    #[serde(deserialize_with = "json::opt_text")]
    pub transaction_amount: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub transaction_currency: Option<String>,
    /// Beside the amount, in the account's currency.
    #[serde(deserialize_with = "json::opt_text")]
    pub fee: Option<String>,
    pub merchant: Option<Merchant>,
    #[serde(deserialize_with = "json::opt_text")]
    pub created_at: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub posted_at: Option<String>,
    /// Ours, in milliseconds, where the message tells no time that can be read.
    #[serde(deserialize_with = "json::opt_integer")]
    pub received_at_ms: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Merchant {
    #[serde(
        deserialize_with = "json::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub id: Option<String>,
    #[serde(
        deserialize_with = "json::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub name: Option<String>,
    #[serde(
        deserialize_with = "json::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub mcc: Option<String>,
    #[serde(
        deserialize_with = "json::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub country: Option<String>,
    #[serde(
        deserialize_with = "json::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub city: Option<String>,
}

impl Message {
    /// `None` where it cannot be read.
    pub fn of(body: &[u8]) -> Option<Self> {
        json::parse::<Self>(body).ok().map(Self::cleaned)
    }

    /// Ids that are ids, words that are words, and free texts bounded and without long numbers: what
    /// could be a card number in the wrong place is not kept.
    fn cleaned(self) -> Self {
        let id = |text: Option<String>| text.filter(|text| is_id(text));
        Self {
            id: id(self.id),
            transaction_id: id(self.transaction_id),
            kind: word(self.kind),
            response_code: word(self.response_code),
            original_id: id(self.original_id),
            authorization_id: id(self.authorization_id),
            token_id: id(self.token_id),
            amount: word(self.amount),
            currency: word(self.currency),
            transaction_amount: word(self.transaction_amount),
            transaction_currency: word(self.transaction_currency),
            fee: word(self.fee),
            merchant: self.merchant.map(Merchant::cleaned),
            created_at: word(self.created_at),
            posted_at: word(self.posted_at),
            advice: self.advice,
            received_at_ms: self.received_at_ms,
        }
    }
}

impl Merchant {
    fn cleaned(self) -> Self {
        let text = |text: Option<String>| text.map(|text| redact::provider_message(&text));
        Self {
            id: text(self.id),
            name: text(self.name),
            mcc: word(self.mcc),
            country: word(self.country),
            city: text(self.city),
        }
    }
}

fn word(text: Option<String>) -> Option<String> {
    let plain =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':' | b'+' | b' ');
    text.filter(|text| text.len() <= MAX_WORD && text.bytes().all(plain))
        .map(|text| redact::provider_message(&text))
}
