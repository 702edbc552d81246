//! Card types (S2) and the balances of the organisation.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CardTypes {
    #[serde(deserialize_with = "json::list")]
    pub types: Vec<CardType>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CardType {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub name: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub card_currency: Option<String>,
    /// A text in S2; a number is read too.
    #[serde(deserialize_with = "json::opt_decimal")]
    pub price: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub brand: Option<String>,
}

/// `GET /balance`; the deprecated text `balance` is not read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Balances {
    #[serde(deserialize_with = "json::opt_decimal")]
    pub usd: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub eur: Option<Decimal>,
}
