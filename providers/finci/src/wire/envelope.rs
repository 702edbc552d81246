//! What every answer begins with (D): `{"status": "success" | "error", "errors": [code…]}`.

use cardmux_provider_kit::json;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Head {
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    /// Absent, `null` or empty on success: which is not documented.
    #[serde(deserialize_with = "codes")]
    pub errors: Vec<String>,
}

/// Longest code that is kept.
const MAX_CODE: usize = 64;

/// Codes are bare strings (D). Whatever is no code could be anybody's data.
fn codes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let errors = Option::<Vec<Value>>::deserialize(from)?.unwrap_or_default();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':');
    let is_code = |text: &&str| {
        let letters = text.bytes().any(|b| b.is_ascii_alphabetic());
        letters && text.len() <= MAX_CODE && text.bytes().all(plain)
    };
    let texts = errors.iter().filter_map(Value::as_str).filter(is_code);
    Ok(texts.map(str::to_owned).collect())
}

/// The ids an answer may hold. Strings of 20 digits: they do not fit an integer (D).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ids {
    #[serde(deserialize_with = "json::opt_id")]
    person_id: Option<String>,
    /// Endpoints may say "client" where guides say "person" (D).
    #[serde(deserialize_with = "json::opt_id")]
    client_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub corporate_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub employee_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub token_id: Option<String>,
}

impl Ids {
    pub fn person_id(&self) -> Option<&String> {
        self.person_id.as_ref().or(self.client_id.as_ref())
    }
}
