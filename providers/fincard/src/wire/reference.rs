//! Reference lists (dossier section 4).

use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    #[serde(deserialize_with = "json::id")]
    pub code: String,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub standard_code: Option<String>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct City {
    #[serde(deserialize_with = "json::id")]
    pub code: String,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub country: Option<String>,
    #[serde(default, deserialize_with = "json::list")]
    pub children: Vec<City>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CityRequest<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_code: Option<&'a str>,
}

/// `code` is the dial code and `areaCode` the country, not the other way round (F-doc).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DialCode {
    #[serde(deserialize_with = "json::id")]
    pub code: String,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub name: Option<String>,
    #[serde(deserialize_with = "json::id")]
    pub area_code: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Occupation {
    #[serde(deserialize_with = "json::id")]
    pub occupation_code: String,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub description: Option<String>,
}
