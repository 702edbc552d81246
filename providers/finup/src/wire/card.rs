//! A card, without what is secret about it: those fields are not here, so that they are skipped
//! while reading. The type has no `Debug`, because name and notes are whatever their author wrote.

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// The union of issue, list and get (dossier 5.1).
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Card {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub created_at: Option<String>,
    /// `None` where it is not shown, empty where there is none.
    #[serde(deserialize_with = "shown")]
    pub name: Option<String>,
    #[serde(deserialize_with = "shown")]
    pub notes: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub bin_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency_short_name: Option<String>,
    /// Kept like a number: it is read for its last four digits and dropped.
    #[serde(rename = "masked_PAN")]
    pub masked_pan: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub balance: Option<Decimal>,
    /// Everything ever put on it (I).
    #[serde(deserialize_with = "json::opt_decimal")]
    pub deposit: Option<Decimal>,
    /// Everything ever taken off it by its owner (I).
    #[serde(deserialize_with = "json::opt_decimal")]
    pub withdraw: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
}

/// `null` is shown to be empty; absence is not shown at all.
fn shown<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    json::opt_text(from).map(|text| Some(text.unwrap_or_default()))
}

/// Of deposit and withdraw.
#[derive(Deserialize)]
pub struct Moved {
    #[serde(default, deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "json::opt_integer")]
    pub code: Option<i64>,
}

/// Of freeze, unfreeze and close: the keys are English phrases (O).
#[derive(Deserialize)]
pub struct Bulk {
    #[serde(default, rename = "Changed cards", deserialize_with = "json::list")]
    pub changed: Vec<String>,
    #[serde(
        default,
        rename = "Unchanged cards due to inappropriate status",
        deserialize_with = "json::list"
    )]
    pub unchanged: Vec<String>,
}
