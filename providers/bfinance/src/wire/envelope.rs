//! What answers are wrapped in (D): `{"status", "message", "errorId", "data"}`.

use cardmux_provider_kit::json;
use serde::Deserialize;

/// The envelope without its contents, which may hold card numbers and are skipped.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Head {
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub message: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub error_id: Option<String>,
}

#[derive(Deserialize)]
pub struct Contents<T> {
    #[serde(default = "none")]
    pub data: Option<T>,
}

fn none<T>() -> Option<T> {
    None
}
