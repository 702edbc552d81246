//! A BIN cards are issued from.

use cardmux_provider_kit::json;
use serde::Deserialize;

/// The one-line billing address is left out: nothing here needs it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CardType {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(rename = "BIN", deserialize_with = "json::opt_id")]
    pub bin: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub category: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(rename = "3ds", deserialize_with = "json::opt_bool")]
    pub three_ds: Option<bool>,
    #[serde(deserialize_with = "json::opt_bool")]
    pub digital_wallet: Option<bool>,
}
