//! Records of the transaction queries beside orders; authorizations and fees are webhooks too
//! (dossier sections 7.9, 8.3 and 8.4).

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Authorization {
    #[serde(deserialize_with = "json::opt_id")]
    pub card_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub trade_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub origin_trade_no: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub authorized_currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub authorized_amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub fee: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub fee_currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub cross_board_fee: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub cross_board_fee_currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub settle_amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub settle_currency: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub settle_date: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub authorization_code: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub merchant_name: Option<String>,
    pub merchant_data: Option<MerchantData>,
    #[serde(rename = "type", deserialize_with = "json::opt_text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub description: Option<String>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub transaction_time: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MerchantData {
    #[serde(deserialize_with = "json::opt_text")]
    pub name: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub category_code: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub category: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub country: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub state: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub city: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub zip_code: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub mid: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub wallet_type: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FeePatch {
    #[serde(deserialize_with = "json::opt_id")]
    pub card_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub trade_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub origin_trade_no: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    #[serde(rename = "type", deserialize_with = "json::opt_text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub deduction_source_funds: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub transaction_time: Option<i64>,
}

/// What a card cost and was first filled with; names no card.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Purchase {
    #[serde(deserialize_with = "json::opt_id")]
    pub order_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub merchant_order_no: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub card_fee: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub deposit_amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub transaction_time: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedRequest {
    pub page_num: u32,
    pub page_size: u32,
    /// Epoch milliseconds.
    pub start_time: i64,
    pub end_time: i64,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
}
