//! A provider's own object, of which only what is known to be harmless is ever copied.
//!
//! Fields that nobody has looked at keep their name and become `***`, so that what a provider adds
//! one day is hidden until somebody has. What is hidden is skipped while reading and never becomes a
//! value in memory.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use cardmux_domain::provider::{ErrorKind, ProviderError, RawObject};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// What may be shown of an object.
pub trait AllowList {
    /// Fields that hold a short text, number or truth value which tells nothing secret about card or
    /// person. Free texts of people are never among them.
    const HARMLESS: &'static [&'static str];
    /// Objects that are looked into, with the same list.
    const OPENED: &'static [&'static str];
}

/// An object read with an allow-list.
pub struct Redacted<L> {
    /// As they were written, so that amounts stay exact.
    fields: BTreeMap<String, Box<RawValue>>,
    list: PhantomData<L>,
}

impl<L> Redacted<L> {
    /// With a field's value that the caller knows already: the id it was asked for by, where that is
    /// a number as long as a card's.
    #[must_use]
    pub fn naming(mut self, field: &str, id: &str) -> Self {
        if let Ok(value) = serde_json::value::to_raw_value(id) {
            self.fields.insert(field.to_owned(), value);
        }
        self
    }

    pub fn into_object(self) -> Result<RawObject, ProviderError> {
        serde_json::to_string(&self.fields)
            .map(RawObject)
            .map_err(|_| {
                let message = "the provider's object cannot be shown";
                ProviderError::unknown(ErrorKind::Malformed, message)
            })
    }
}

impl<'de, L: AllowList> Deserialize<'de> for Redacted<L> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<L>(PhantomData<L>);

impl<'de, L: AllowList> Visitor<'de> for Fields<L> {
    type Value = Redacted<L>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Redacted<L>, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = if L::HARMLESS.contains(&name.as_str()) {
                Some(map.next_value::<Box<RawValue>>()?).filter(|value| is_plain(value.get()))
            } else if L::OPENED.contains(&name.as_str()) {
                map.next_value::<Option<Redacted<L>>>()?
                    .and_then(|inner| serde_json::value::to_raw_value(&inner.fields).ok())
            } else {
                map.next_value::<IgnoredAny>()?;
                None
            };
            let hidden = || RawValue::from_string("\"***\"".to_owned()).unwrap_or_default();
            fields.insert(name, value.unwrap_or_else(hidden));
        }
        Ok(Redacted {
            fields,
            list: PhantomData,
        })
    }
}

/// No harmless value in any sample is longer: ids have 24 characters, times as many.
const MAX_CHARS: usize = 64;

/// A short scalar that is no card number, whatever it is called: those have 12 to 19 digits and no
/// letters (ISO/IEC 7812). An object where none is documented could hold anything.
fn is_plain(json: &str) -> bool {
    let digits = json.bytes().filter(u8::is_ascii_digit).count();
    let letters = json.bytes().any(|byte| byte.is_ascii_alphabetic());
    let scalar = !json.starts_with(['{', '[']);
    scalar && (digits < 12 || letters) && json.len() <= MAX_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    struct List;

    impl AllowList for List {
        const HARMLESS: &'static [&'static str] = &["id", "status", "brand", "value", "currency"];
        const OPENED: &'static [&'static str] = &["balance"];
    }

    fn shown(text: &str) -> String {
        let redacted: Redacted<List> = json::parse(text.as_bytes()).unwrap();
        redacted.into_object().unwrap().0
    }

    #[test]
    fn only_what_is_known_to_be_harmless_is_shown() {
        let card = r#"{"id":"c1","PAN":4000000000000002,"status":"active","label":"Ada's",
            "sensetive":{"number":"4000000000000002"},"brand":{"number":"4000000000000002"},
            "balance":{"value":1.50,"currency":"USD","owner":"Ada"}}"#;
        let wanted = r#"{"PAN":"***","balance":{"currency":"USD","owner":"***","value":1.50},"#
            .to_owned()
            + r#""brand":"***","id":"c1","label":"***","sensetive":"***","status":"active"}"#;
        assert_eq!(shown(card), wanted);
    }

    #[test]
    fn what_the_caller_names_is_shown_and_nothing_else() {
        let card = r#"{"token":"70012000000000000042","other":"70012000000000000042"}"#;
        let redacted: Redacted<List> = json::parse(card.as_bytes()).unwrap();
        let shown = redacted
            .naming("token", "70012000000000000042")
            .into_object();
        let wanted = r#"{"other":"***","token":"70012000000000000042"}"#;
        assert_eq!(shown.unwrap().0, wanted);
    }

    #[test]
    fn number_that_could_be_a_card_is_hidden_under_any_name() {
        for value in [
            "4000000000000002",
            "\"4000 0000 0000 0002\"",
            "123456789012",
        ] {
            let card = format!("{{\"value\":{value}}}");
            assert_eq!(shown(&card), r#"{"value":"***"}"#, "{value}");
        }
        assert_eq!(
            shown(r#"{"id":"6a20f0c2d4b8e71f00001001"}"#),
            r#"{"id":"6a20f0c2d4b8e71f00001001"}"#
        );
    }
}
