//! Card info and balance.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::Deserialize;

/// Of `/card/info` and of `/card/list`; both spellings, see [`super::order::Order`].
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CardInfo {
    #[serde(deserialize_with = "json::opt_id")]
    pub card_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_type_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub card_status: Option<String>,
    /// The issuer's block, beside the status.
    #[serde(deserialize_with = "json::opt_bool")]
    pub blocked: Option<bool>,
    /// Only with `onlySimpleInfo=false`.
    pub balance_info: Option<BalanceInfo>,
    /// The client's note.
    #[serde(deserialize_with = "json::opt_text")]
    pub remark: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub no_pin_payment_amount: Option<Decimal>,
    pub spending_controls: Option<Vec<SpendingControl>>,
    pub risk_controls: Option<RiskControls>,
}

/// A limit of a card, or one that a card type can have.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpendingControl {
    #[serde(deserialize_with = "json::opt_text")]
    pub interval: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    /// Of a card type: whether it can be set.
    #[serde(deserialize_with = "json::opt_bool")]
    pub support_setting: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RiskControls {
    pub allowed_mcc: Option<Vec<String>>,
    pub blocked_mcc: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub struct BalanceInfo {
    #[serde(deserialize_with = "json::decimal")]
    pub amount: Decimal,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
}
