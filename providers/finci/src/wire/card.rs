//! Cards (dossier section 7).

use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};

use crate::settings::{DeliveryAddress, Scalar};

/// Whose cards (D): exactly one of the two.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub struct OwnerFilter<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corporate_id: Option<&'a str>,
}

/// Without `Debug`: what is called masked is only so by FINCI's word.
#[derive(Deserialize)]
pub struct Card {
    #[serde(deserialize_with = "json::id")]
    pub token_id: String,
    /// First six and last four, dashed (D); no more than its end is kept.
    #[serde(default, deserialize_with = "json::opt_text")]
    pub card_number: Option<String>,
    #[serde(default, deserialize_with = "json::opt_id")]
    pub product_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
pub struct CardList<T> {
    #[serde(default = "Vec::new", deserialize_with = "json::list")]
    pub items: Vec<T>,
    #[serde(default, deserialize_with = "json::opt_integer")]
    pub total: Option<i64>,
}

#[derive(Serialize)]
pub struct CreateCard<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_id: Option<&'a str>,
    /// An integer (D).
    pub product_id: u64,
    pub embossing_name: &'a str,
    /// `YYYY-MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<&'a str>,
    pub token_status: TokenStatus,
    pub token_stage: TokenStage,
    pub delivery_address: &'a DeliveryAddress,
    pub express_delivery: &'a Scalar,
}

/// Those we set; FINCI has more. `blocked` is for good, so that freezing is never that.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenStatus {
    Active,
    Deactivated,
    Closed,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenStage {
    Digital,
    PlasticNotDelivered,
}

#[derive(Debug, Serialize)]
pub struct UpdateStatus {
    pub token_status: TokenStatus,
}

#[derive(Debug, Serialize)]
pub struct UpdateStage {
    pub token_stage: TokenStage,
}
