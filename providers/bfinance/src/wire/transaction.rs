//! Transactions of cards and of budgets: two lists with different optional fields (dossier 4.9,
//! 5.2).

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json::{self, RawValue};
use serde::Deserialize;

use super::text;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TransactionList {
    #[serde(deserialize_with = "json::list")]
    pub transactions: Vec<Box<RawValue>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Transaction {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub transaction_id: Option<String>,
    /// The authorization we were asked about (our choice: no page links the two).
    #[serde(deserialize_with = "json::opt_id")]
    pub authorization_id: Option<String>,
    /// Of a budget's.
    pub card: Option<TransactionCard>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub usd_amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub fee: Option<Decimal>,
    /// A text in all samples.
    #[serde(deserialize_with = "text::text_or_nothing")]
    pub merchant: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub mcc: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(rename = "type", deserialize_with = "json::opt_text")]
    pub kind: Option<String>,
    /// Of a card's.
    #[serde(deserialize_with = "json::opt_text")]
    pub date: Option<String>,
    /// Of a budget's.
    #[serde(deserialize_with = "json::opt_text")]
    pub transaction_date: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub decline_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TransactionCard {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
}
