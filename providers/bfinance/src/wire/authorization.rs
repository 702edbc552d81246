//! The request for a decision about a budget card. Neither request nor answer is documented (dossier
//! 7.2): the shape is our choice, and the emulator's.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::Deserialize;

/// Our choice.
pub const REQUEST: &str = "authorization.request";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Message {
    #[serde(deserialize_with = "json::opt_text")]
    pub event: Option<String>,
    pub data: Request,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    #[serde(deserialize_with = "json::opt_id")]
    pub authorization_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_id: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub merchant_amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub merchant_currency: Option<String>,
    pub merchant: Merchant,
    #[serde(deserialize_with = "json::opt_text")]
    pub created_at: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Merchant {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub name: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub mcc: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub country: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub city: Option<String>,
}
