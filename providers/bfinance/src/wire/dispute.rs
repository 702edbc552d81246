//! Disputes (D).

use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Dispute {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub response: Option<String>,
}

/// Evidence is the tenant's free text: it has no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateDispute<'a> {
    pub card_id: &'a str,
    pub transaction_id: &'a str,
    pub text_evidence: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub files: &'a [String],
}
