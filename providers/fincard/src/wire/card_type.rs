//! Card types (BINs), dossier section 7.1.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::Deserialize;

use super::card::SpendingControl;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardType {
    #[serde(deserialize_with = "json::id")]
    pub card_type_id: String,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub organization: Option<String>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub country: Option<String>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub mode: Option<String>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub bank_card_bin: Option<String>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub card_name: Option<String>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub card_desc: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "json::opt_text")]
    pub form: Option<String>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub category: Option<String>,
    #[serde(default, deserialize_with = "json::opt_decimal")]
    pub card_price: Option<Decimal>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub card_price_currency: Option<String>,
    #[serde(default, deserialize_with = "json::opt_bool")]
    pub need_card_holder: Option<bool>,
    #[serde(default, deserialize_with = "json::opt_bool")]
    pub need_deposit_for_active_card: Option<bool>,
    #[serde(default, deserialize_with = "json::opt_decimal")]
    pub deposit_amount_min_quota_for_active_card: Option<Decimal>,
    #[serde(default, deserialize_with = "json::opt_decimal")]
    pub deposit_amount_max_quota_for_active_card: Option<Decimal>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub fiat_currency: Option<String>,
    #[serde(default, deserialize_with = "json::opt_decimal")]
    pub balance_retention_quota: Option<Decimal>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "json::opt_decimal")]
    pub recharge_min_quota: Option<Decimal>,
    #[serde(default, deserialize_with = "json::opt_decimal")]
    pub recharge_max_quota: Option<Decimal>,
    #[serde(default, deserialize_with = "json::opt_decimal")]
    pub recharge_fee_rate: Option<Decimal>,
    #[serde(default, deserialize_with = "json::opt_decimal")]
    pub recharge_fixed_fee: Option<Decimal>,
    #[serde(default, deserialize_with = "json::opt_integer")]
    pub recharge_digital: Option<i64>,
    #[serde(default, deserialize_with = "json::opt_bool")]
    pub enable_active_card: Option<bool>,
    #[serde(default, deserialize_with = "json::opt_bool")]
    pub enable_deposit: Option<bool>,
    #[serde(default, deserialize_with = "json::opt_bool")]
    pub enable_freeze: Option<bool>,
    #[serde(default, deserialize_with = "json::opt_bool")]
    pub enable_un_freeze: Option<bool>,
    /// The names are the provider's.
    #[serde(default, deserialize_with = "json::list")]
    pub support_holder_regin: Vec<String>,
    #[serde(default, deserialize_with = "json::list")]
    pub support_holder_area_code: Vec<String>,
    /// W-int only.
    #[serde(default, deserialize_with = "json::list")]
    pub support_holder_nationality: Vec<String>,
    #[serde(default)]
    pub metadata: Option<Metadata>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    #[serde(deserialize_with = "json::opt_integer")]
    pub card_holder_max_card_limit: Option<i64>,
    #[serde(deserialize_with = "json::opt_text")]
    pub card_holder_model: Option<String>,
    #[serde(deserialize_with = "json::list")]
    pub spending_controls: Vec<SpendingControl>,
    #[serde(deserialize_with = "json::opt_bool")]
    pub support_setting_mcc: Option<bool>,
    // The no-PIN amount: W-int only.
    #[serde(deserialize_with = "json::opt_bool")]
    pub support_setting_no_pin_payment_amount: Option<bool>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub default_no_pin_payment_amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub no_pin_payment_amount_min_quota: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub no_pin_payment_amount_max_quota: Option<Decimal>,
}
