//! The account's fees and its wallet.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Account {
    pub fees: Option<Fees>,
}

/// Those of the fees that are about a card's type (dossier 3.4); units are nowhere stated.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fees {
    #[serde(deserialize_with = "json::opt_decimal")]
    pub universal_issuing_fee: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub universal_deposit_fee: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub platinum_issuing_fee: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub platinum_deposit_fee: Option<Decimal>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wallet {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub balance: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub finup_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
}
