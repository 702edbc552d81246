//! What is sent about cards.

use cardmux_provider_kit::json::RawValue;
use serde::Serialize;
use serde_json::{Map, Value};

/// `amount` is how many cards (D). One at a time, so that each has its own tag.
pub const ONE_CARD: u32 = 1;

#[derive(Serialize)]
pub struct IssueRequest<'a> {
    pub bin_id: &'a str,
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<&'a str>,
    pub amount: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo: Option<&'a str>,
}

/// Here `amount` is money: a JSON number in major units (O).
#[derive(Debug, Serialize)]
pub struct MoveRequest {
    pub amount: Box<RawValue>,
}

#[derive(Debug, Serialize)]
pub struct BulkRequest<'a> {
    pub card_ids: [&'a str; 1],
}

#[derive(Debug, Serialize)]
pub struct CardsRequest<'a> {
    pub filters: CardsFilters<'a>,
    pub pagination: Map<String, Value>,
}

#[derive(Debug, Default, Serialize)]
pub struct CardsFilters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<&'a str>,
}
