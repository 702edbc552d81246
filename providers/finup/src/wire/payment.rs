//! The account's payments (dossier, section 7).

use cardmux_domain::money::Decimal;
use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Payment {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub source: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub source_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_decimal")]
    pub amount: Option<Decimal>,
    #[serde(deserialize_with = "json::opt_text")]
    pub currency: Option<String>,
    #[serde(rename = "type", deserialize_with = "json::opt_text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub created_at: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct PaymentsRequest<'a> {
    pub filters: PaymentsFilters<'a>,
    pub pagination: Map<String, Value>,
}

#[derive(Debug, Default, Serialize)]
pub struct PaymentsFilters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<[&'a str; 0]>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<[&'a str; 0]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<[&'a str; 0]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<&'a str>,
}
