//! What every answer is wrapped in, and pages.

use cardmux_provider_kit::json;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Debug, Deserialize)]
pub struct Envelope {
    /// Without it nothing is known.
    #[serde(deserialize_with = "json::opt_bool")]
    pub success: Option<bool>,
    #[serde(default, deserialize_with = "json::opt_integer")]
    pub code: Option<i64>,
    #[serde(default, deserialize_with = "json::opt_text")]
    pub msg: Option<String>,
    /// Object, array, truth value or `null`, by endpoint; `None` where it is absent or `null`.
    #[serde(default)]
    pub data: Option<Box<RawValue>>,
}

#[derive(Debug, Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
pub struct Page<T> {
    #[serde(default, deserialize_with = "json::opt_integer")]
    pub total: Option<i64>,
    #[serde(default, deserialize_with = "json::list")]
    pub records: Vec<T>,
}

impl<T> Page<T> {
    /// Whether records follow this page. Where no total is told, a full page may have a next one.
    pub fn has_more(&self, page_num: u32, page_size: u32) -> bool {
        let seen = i64::from(page_num).saturating_mul(i64::from(page_size));
        let full = u32::try_from(self.records.len()).is_ok_and(|count| count >= page_size);
        !self.records.is_empty() && self.total.map_or(full, |total| total > seen)
    }
}
