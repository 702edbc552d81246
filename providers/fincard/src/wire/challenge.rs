//! What is secret about a card, and 3-D Secure (dossier sections 7.4 and 8.5). Answers hold secrets,
//! encrypted or (in FinHub's Playground) plain: they have no `Debug`, and their texts are wiped.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::request::CardKey;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Sensitive {
    pub card_number: Option<Zeroizing<String>>,
    pub cvv: Option<Zeroizing<String>>,
    pub expire_date: Option<Zeroizing<String>>,
    /// Gift cards only; `activeUrl` in one client's model (W-int).
    pub activate_url: Option<Zeroizing<String>>,
    pub active_url: Option<Zeroizing<String>>,
}

/// Of the query and of the webhook.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Secure {
    #[serde(deserialize_with = "json::opt_id")]
    pub card_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub trade_no: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub merchant_name: Option<String>,
    pub values: Option<Zeroizing<String>>,
    #[serde(rename = "type", deserialize_with = "json::opt_text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub transaction_time: Option<i64>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub expiration_time: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecureRequest<'a> {
    pub page_num: u32,
    pub page_size: u32,
    #[serde(flatten)]
    pub card: CardKey<'a>,
}
