//! What of a body is looked at: the event's name, and ids.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::wire::path::is_id;

/// Names that a body may have for the event and for its id (I).
const EVENT: [&str; 4] = ["event", "eventType", "eventName", "type"];
const EVENT_ID: [&str; 2] = ["eventId", "event_id"];

/// Objects around or inside the event (I).
const WRAPPERS: [&str; 2] = ["data", "payload"];

/// Longest name of an event that is kept.
const MAX_EVENT: usize = 64;

/// Card numbers have 12 to 19 digits, ids of bfinance 24 hexadecimal ones.
const CARD_NUMBER: std::ops::RangeInclusive<usize> = 12..=19;

/// What is kept of a body; it reads the same again.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute_id: Option<String>,
    /// Of an access to a product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_type: Option<String>,
}

impl Named {
    /// `None` where it is no object.
    pub fn of(body: &[u8]) -> Option<Self> {
        let fields: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let inner = WRAPPERS
            .iter()
            .filter_map(|name| fields.get(*name))
            .filter_map(Value::as_object);
        let levels: Vec<_> = std::iter::once(&fields).chain(inner).collect();
        let one_of = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| levels.iter().find_map(|level| id(level.get(*name))))
        };
        let event = EVENT.iter().find_map(|name| event_name(fields.get(*name)));
        let about = event.as_deref().unwrap_or_default().to_lowercase();
        // An `id` without another word is that of what the event is named after.
        let bare = |word: &str| {
            let about = about.contains(word) && !about.contains("transaction");
            one_of(&["id"]).filter(|_| about)
        };
        let object = |name: &str| {
            levels
                .iter()
                .find_map(|level| id(level.get(name)?.as_object()?.get("id")))
        };
        let dispute = one_of(&["disputeId"]).or_else(|| object("dispute"));
        let dispute_id = dispute.or_else(|| bare("dispute"));
        let customer = one_of(&["customerId"]).or_else(|| object("customer"));
        let customer_id = customer.or_else(|| bare("customer"));
        let card = one_of(&["cardId"]).or_else(|| object("card"));
        let named = dispute_id.is_some() || customer_id.is_some();
        let card_id = card.or_else(|| bare("card").filter(|_| !named));
        Some(Self {
            event_id: one_of(&EVENT_ID),
            card_id,
            customer_id,
            dispute_id,
            card_type: one_of(&["cardType", "typeId"]),
            event,
        })
    }

    pub fn is_about_budgets(&self) -> bool {
        let event = self.event.as_deref().unwrap_or_default();
        event.to_lowercase().contains("budget")
    }

    pub fn retained(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(self).ok()
    }
}

fn id(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    let number = text.bytes().all(|b| b.is_ascii_digit()) && CARD_NUMBER.contains(&text.len());
    (is_id(text) && !number).then(|| text.to_owned())
}

/// A name is made of words; anything else could be somebody's data.
fn event_name(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    let plain = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'.' | b'_' | b'-' | b':' | b'/');
    let name = !text.is_empty() && text.len() <= MAX_EVENT && text.bytes().all(plain);
    name.then(|| text.to_owned())
}
