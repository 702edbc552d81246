//! What an answer looks like, as data, and the comparison with what came.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// The JSON type of a documented value.
pub enum Kind {
    Text,
    /// One of the documented words.
    Word(&'static [&'static str]),
    Integer,
    /// A number, or a text that is one: both occur (1.5).
    Money,
    Bool,
    /// `accountId`: 17 to 19 digits, as text in answers (1.5).
    LongText,
    /// Epoch milliseconds (1.5).
    Millis,
    /// `yyyy-MM-dd`.
    Day,
    /// Base64 of whole RSA blocks (7.4, 8.5).
    Sealed,
    List(&'static Kind),
    /// A list that holds something here, so that its items are seen.
    Filled(&'static Kind),
    Object(&'static [Field]),
    /// `{total, records[]}` with at least one record; F-ref adds the echoes (1.5).
    Page(&'static Kind),
}

#[derive(Clone, Copy)]
pub enum Presence {
    Set,
    Nullable,
    /// May be absent altogether.
    Optional,
    /// Absent or null in this situation.
    Never,
}

pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub presence: Presence,
    /// The dossier's evidence tag.
    pub source: &'static str,
}

/// A field that is always there and never null.
pub const fn field(name: &'static str, kind: Kind, source: &'static str) -> Field {
    given(name, kind, Presence::Set, source)
}

pub const fn nullable(name: &'static str, kind: Kind, source: &'static str) -> Field {
    given(name, kind, Presence::Nullable, source)
}

pub const fn given(
    name: &'static str,
    kind: Kind,
    presence: Presence,
    source: &'static str,
) -> Field {
    Field {
        name,
        kind,
        presence,
        source,
    }
}

/// Compares values with shapes and collects what differs.
pub struct Comparison {
    /// Bytes of the merchant key's modulus.
    pub modulus: usize,
    pub differences: Vec<String>,
}

impl Comparison {
    pub fn compare(&mut self, at: &str, value: &Value, kind: &Kind) {
        match kind {
            Kind::Text => self.demand(at, value, value.is_string(), "a text"),
            Kind::Word(words) => {
                let is_one = value.as_str().is_some_and(|word| words.contains(&word));
                self.demand(at, value, is_one, &format!("one of {words:?}"));
            }
            Kind::Integer => self.demand(at, value, value.is_u64(), "an integer"),
            Kind::Money => self.demand(at, value, is_money(value), "an amount"),
            Kind::Bool => self.demand(at, value, value.is_boolean(), "true or false"),
            Kind::LongText => {
                self.demand(at, value, is_long_text(value), "17 to 19 digits as text");
            }
            Kind::Millis => {
                let is_recent = value.as_u64().is_some_and(|at| at > 1_000_000_000_000);
                self.demand(at, value, is_recent, "epoch milliseconds");
            }
            Kind::Day => self.demand(at, value, is_day(value), "yyyy-MM-dd"),
            Kind::Sealed => {
                let fits = is_sealed(value, self.modulus);
                self.demand(at, value, fits, "Base64 of whole RSA blocks");
            }
            Kind::List(item) => self.compare_items(at, value, item),
            Kind::Filled(item) => {
                let is_filled = value.as_array().is_some_and(|items| !items.is_empty());
                self.demand(at, value, is_filled, "a list that is not empty");
                self.compare_items(at, value, item);
            }
            Kind::Object(fields) => self.compare_fields(at, value, fields),
            Kind::Page(item) => self.compare_page(at, value, item),
        }
    }

    fn compare_items(&mut self, at: &str, value: &Value, item: &Kind) {
        let Some(items) = value.as_array() else {
            return self.demand(at, value, false, "a list");
        };
        for one in items {
            self.compare(&format!("{at}[]"), one, item);
        }
    }

    fn compare_page(&mut self, at: &str, value: &Value, item: &Kind) {
        const ECHOES: [&str; 2] = ["pageNum", "pageSize"];
        let Some(page) = value.as_object() else {
            return self.demand(at, value, false, "a page");
        };
        for name in page.keys() {
            let is_known =
                ["total", "records"].contains(&name.as_str()) || ECHOES.contains(&name.as_str());
            self.demand(at, value, is_known, &format!("a page without `{name}`"));
        }
        self.compare(&format!("{at}.total"), &value["total"], &Kind::Integer);
        let records = &value["records"];
        let is_filled = records
            .as_array()
            .is_some_and(|records| !records.is_empty());
        self.demand(at, value, is_filled, "records");
        self.compare_items(&format!("{at}.records"), records, item);
    }

    fn compare_fields(&mut self, at: &str, value: &Value, fields: &[Field]) {
        let Some(object) = value.as_object() else {
            return self.demand(at, value, false, "an object");
        };
        for field in fields {
            self.compare_field(at, object, field);
        }
        for name in object.keys() {
            if !fields.iter().any(|field| field.name == name) {
                self.differ(format!("{at}.{name} is not documented"));
            }
        }
    }

    fn compare_field(&mut self, at: &str, object: &Map<String, Value>, field: &Field) {
        let (name, source) = (field.name, field.source);
        let found = object.get(name);
        match (field.presence, found) {
            (Presence::Set | Presence::Nullable, None) => {
                self.differ(format!("{at}.{name} is missing ({source})"));
            }
            (Presence::Set, Some(Value::Null)) => {
                self.differ(format!("{at}.{name} is null ({source})"));
            }
            (Presence::Nullable | Presence::Optional | Presence::Never, Some(Value::Null))
            | (Presence::Optional | Presence::Never, None) => {}
            (Presence::Never, Some(_)) => {
                self.differ(format!("{at}.{name} should not be there ({source})"));
            }
            (Presence::Set | Presence::Nullable | Presence::Optional, Some(value)) => {
                self.compare(&format!("{at}.{name} ({source})"), value, &field.kind);
            }
        }
    }

    fn demand(&mut self, at: &str, value: &Value, holds: bool, wanted: &str) {
        if !holds {
            self.differ(format!("{at} should be {wanted}, not {value}"));
        }
    }

    pub fn differ(&mut self, difference: String) {
        self.differences.push(difference);
    }
}

fn is_money(value: &Value) -> bool {
    let is_decimal = |text: &str| text.parse::<Decimal>().is_ok();
    value.is_number() || value.as_str().is_some_and(is_decimal)
}

fn is_long_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        (17..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_day(value: &Value) -> bool {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    value
        .as_str()
        .is_some_and(|text| time::Date::parse(text, format).is_ok())
}

fn is_sealed(value: &Value, modulus: usize) -> bool {
    let bytes = value.as_str().and_then(|text| STANDARD.decode(text).ok());
    bytes.is_some_and(|bytes| !bytes.is_empty() && bytes.len() % modulus == 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn differences(value: &Value, kind: &Kind) -> usize {
        let mut comparison = Comparison {
            modulus: 128,
            differences: vec![],
        };
        comparison.compare("data", value, kind);
        comparison.differences.len()
    }

    /// A comparison that finds nothing would prove nothing.
    #[test]
    fn every_kind_of_difference_is_found() {
        static FIELDS: &[Field] = &[
            field("set", Kind::Integer, "F-doc"),
            nullable("nullable", Kind::Text, "F-doc"),
            given("optional", Kind::Bool, Presence::Optional, "F-doc"),
            given("never", Kind::Text, Presence::Never, "F-doc"),
        ];
        let object = Kind::Object(FIELDS);
        assert_eq!(
            differences(&json!({"set": 1, "nullable": null}), &object),
            0
        );
        for (wrong, expected) in [
            (json!({"set": "1", "nullable": null}), 1),
            (json!({"set": null, "nullable": "x"}), 1),
            (json!({"nullable": 1}), 2),
            (json!({"set": 1}), 1),
            (json!({"set": 1, "nullable": null, "optional": 0}), 1),
            (json!({"set": 1, "nullable": null, "never": "x"}), 1),
            (json!({"set": 1, "nullable": null, "other": 1}), 1),
            (json!([]), 1),
        ] {
            assert_eq!(differences(&wrong, &object), expected, "{wrong}");
        }
    }

    #[test]
    fn values_of_each_kind_are_told_from_others() {
        let block = STANDARD.encode([7; 256]);
        for (kind, right, wrong) in [
            (Kind::Text, json!("x"), json!(1)),
            (Kind::Word(&["a"]), json!("a"), json!("A")),
            (Kind::Integer, json!(1), json!(1.5)),
            (Kind::Money, json!("16.96"), json!("much")),
            (Kind::Money, json!(1.5), json!(null)),
            (Kind::Bool, json!(true), json!("true")),
            (Kind::LongText, json!("20710000000000001"), json!("2071")),
            (
                Kind::Millis,
                json!(1_782_900_000_000_u64),
                json!(1_782_900_000),
            ),
            (Kind::Day, json!("2026-07-01"), json!("1 July 2026")),
            (Kind::Sealed, json!(block), json!("4111111111111111")),
            (Kind::List(&Kind::Text), json!([]), json!([1])),
            (Kind::Filled(&Kind::Text), json!(["x"]), json!([])),
            (
                Kind::Page(&Kind::Text),
                json!({"total": 1, "records": ["x"]}),
                json!({"total": 0, "records": []}),
            ),
        ] {
            assert_eq!(differences(&right, &kind), 0, "{right}");
            assert_ne!(differences(&wrong, &kind), 0, "{wrong}");
        }
    }
}
