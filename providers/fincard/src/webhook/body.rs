//! The body of a delivery: the event in it, what tells it from others, and what of it may be kept.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use cardmux_provider_kit::json::RawValue;
use serde::Deserialize;
use serde_json::{Map, Value};

/// F-pm's wrapper; W-doc and F-doc send the event bare.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wrapper {
    event_type: Option<String>,
    event_id: Option<Box<RawValue>>,
    data: Option<Box<RawValue>>,
}

/// The event itself, and the wrapper's word for it.
pub fn unwrapped(body: &[u8]) -> Option<(Option<String>, Box<RawValue>)> {
    let whole: Box<RawValue> = serde_json::from_slice(body).ok()?;
    let wrapper: Wrapper = serde_json::from_slice(body).ok()?;
    let named = wrapper.event_type.is_some() || wrapper.event_id.is_some();
    match wrapper
        .data
        .filter(|data| named && data.get().starts_with('{'))
    {
        Some(event) => Some((wrapper.event_type, event)),
        None => Some((None, whole)),
    }
}

/// Equal for redeliveries of one fact. Not the request id: whether it is the same for each of them
/// is not documented. A wrapper is left out, its id and time may be the delivery's.
pub fn identity(category: &str, fields: &Map<String, Value>, event: &str) -> String {
    let one_of = |names: &[&str]| {
        let found = names
            .iter()
            .filter_map(|name| fields.get(*name))
            .find(|v| !v.is_null());
        found.map(Value::to_string).unwrap_or_default()
    };
    let subject = one_of(&[
        "orderNo",
        "transactionId",
        "tradeNo",
        "holderId",
        "cardholderId",
        "cardNo",
        "cardId",
    ]);
    let status = one_of(&["status", "operationStatus", "tradeStatus"]);
    let parts = [category, &subject, &status, event].join("\n");
    let hash = digest(&SHA256, parts.as_bytes());
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Where a code stands on its way to a cardholder (F-doc).
fn is_code(field: &str) -> bool {
    field.eq_ignore_ascii_case("values")
}

pub fn holds_code(fields: &Map<String, Value>) -> bool {
    fields.keys().any(|field| is_code(field))
}

/// The body without codes, wrapper and all else kept digit for digit; `None` where it is no object.
pub fn without_code(body: &[u8]) -> Option<Vec<u8>> {
    let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(body).ok()?;
    let kept: BTreeMap<String, Box<RawValue>> = fields
        .into_iter()
        .filter(|(field, _)| !is_code(field))
        .map(|(field, value)| Some((field, inner_without_code(value)?)))
        .collect::<Option<_>>()?;
    serde_json::to_vec(&kept).ok()
}

fn inner_without_code(value: Box<RawValue>) -> Option<Box<RawValue>> {
    if !value.get().starts_with('{') {
        return Some(value);
    }
    let kept = without_code(value.get().as_bytes())?;
    RawValue::from_string(String::from_utf8(kept).ok()?).ok()
}
