//! Spending limits: of plain cards as they are read, and of both families as they are set (D).

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json::{self, RawValue};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Limits {
    pub ecommerce: Option<Channel>,
    pub pos: Option<Channel>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Channel {
    pub daily: Option<Limit>,
    pub monthly: Option<Limit>,
    pub transaction: Option<Limit>,
}

/// What is used of it is not read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Limit {
    #[serde(deserialize_with = "json::opt_decimal")]
    pub limit: Option<Decimal>,
}

/// One limit of a plain card.
#[derive(Debug, Serialize)]
pub struct SetLimit {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub limit: Box<RawValue>,
}

/// One limit of a budget card.
#[derive(Debug, Serialize)]
pub struct SetVelocity {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub amount: Box<RawValue>,
}
