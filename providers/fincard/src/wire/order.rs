//! The order: what every change answers with, what the operation query lists, and what the
//! `card_transaction` webhook carries.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::Deserialize;

/// Fields of F-doc (`cardNo`, `orderNo`, `type`, `status`) beside those of F-ref (`cardId`,
/// `transactionId`, `operationType`, `operationStatus`). They are fields of their own and not
/// aliases, because an answer with both would then be refused as a duplicate.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Order {
    #[serde(deserialize_with = "json::opt_id")]
    pub order_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub transaction_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub merchant_order_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub fee: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub received_amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub received_currency: Option<String>,
    #[serde(rename = "type", deserialize_with = "json::opt_text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub operation_type: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub operation_status: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub description: Option<String>,
    /// Being retired, the same as `description` (W-int).
    #[serde(deserialize_with = "json::opt_text")]
    pub remark: Option<String>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub transaction_time: Option<i64>,
    #[serde(deserialize_with = "json::opt_integer")]
    pub operation_time: Option<i64>,
}
