//! Lenient reading of fields whose form nobody documented.

use cardmux_provider_kit::json::RawValue;
use serde::{Deserialize, Deserializer};

/// A text; anything else (an object where a name was expected) reads as absent.
pub fn text_or_nothing<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(from)?;
    Ok(raw.as_deref().and_then(text))
}

/// The texts of a list; its other members, and what is no list, are left out.
pub fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(from)?;
    let members = raw.and_then(|raw| serde_json::from_str::<Vec<Box<RawValue>>>(raw.get()).ok());
    let members = members.unwrap_or_default();
    Ok(members.iter().filter_map(|member| text(member)).collect())
}

fn text(raw: &RawValue) -> Option<String> {
    let text: String = serde_json::from_str(raw.get()).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
