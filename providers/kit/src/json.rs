//! Reading providers' JSON: exact, lenient about notation, and silent about values in errors.
//!
//! Providers send the same number as `1.50` and `"1.50"`, and ids that overflow the integers of
//! half the languages. The deserializers here work on the raw text, so nothing passes through a
//! float. They need the JSON deserializer itself: below `#[serde(flatten)]` or `untagged` they do
//! not work.

use cardmux_domain::money::{Decimal, parse_amount};
use cardmux_domain::provider::{ErrorKind, ProviderError};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
pub use serde_json::value::RawValue;

/// Parse a provider's answer. What does not fit is [`ErrorKind::Malformed`] with an unknown outcome,
/// naming the place in the document, never what stands there.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ProviderError> {
    parse_text::<T>(body).map_err(|place| {
        let message = format!("the provider's answer is not as documented: {place}");
        ProviderError::unknown(ErrorKind::Malformed, message)
    })
}

fn parse_text<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        describe(&path, error.inner())
    })?;
    json.end().map_err(|error| describe(".", &error))?;
    Ok(value)
}

/// The library's own text quotes the value it stumbled over, except where a field is missing.
fn describe(path: &str, error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Data => {
            let text = error.to_string();
            let missing = text
                .strip_prefix("missing field `")
                .and_then(|t| t.split_once('`'));
            match missing {
                Some((field, _)) => format!("`{field}` is missing in `{path}`"),
                None => format!("`{path}` has another form"),
            }
        }
        Category::Eof => "it ends too early".to_owned(),
        Category::Syntax | Category::Io => format!("no JSON from line {}", error.line()),
    }
}

/// A scalar in either notation, as text; `None` for `null` and the empty string.
fn scalar<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let raw = Box::<RawValue>::deserialize(from)?;
    let text = raw.get();
    let text = match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).map_err(|_| D::Error::custom("not a text"))?,
        Some(b'{' | b'[') => return Err(D::Error::custom("not a scalar")),
        _ if text == "null" => String::new(),
        _ => text.to_owned(),
    };
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// A decimal as number or string, exact; `null`, the empty string and absence (with
/// `#[serde(default)]`) are `None`.
pub fn opt_decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
    let Some(text) = scalar(from)? else {
        return Ok(None);
    };
    let plain = if text.contains(['e', 'E']) {
        // Some serializers write 1E+2 for 100.
        let exact = Decimal::from_scientific(&text).map_err(D::Error::custom)?;
        exact.normalize().to_string()
    } else {
        text
    };
    parse_amount(&plain).map(Some).map_err(D::Error::custom)
}

/// A decimal that must be there.
pub fn decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    opt_decimal(from)?.ok_or_else(|| D::Error::custom("no number"))
}

/// An id as string or as integer of any size.
pub fn opt_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    scalar(from)
}

/// An id that must be there.
pub fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    scalar(from)?.ok_or_else(|| D::Error::custom("no id"))
}

/// A text; blank is `None`. A number is taken as its text.
pub fn opt_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    scalar(from)
}

/// An integer as number or string: epoch times, counts, codes.
pub fn opt_integer<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let Some(text) = scalar(from)? else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| D::Error::custom("not an integer"))
}

/// A truth value as boolean, `"true"`, `"false"`, `1` or `0`.
pub fn opt_bool<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    match scalar(from)?.as_deref() {
        None => Ok(None),
        Some("true" | "1") => Ok(Some(true)),
        Some("false" | "0") => Ok(Some(false)),
        Some(_) => Err(D::Error::custom("not a truth value")),
    }
}

/// A list; `null` is an empty one.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Option::<Vec<T>>::deserialize(from).map(Option::unwrap_or_default)
}

/// A decimal to send as a JSON number, digit for digit.
pub fn number(amount: Decimal) -> Box<RawValue> {
    raw(amount.normalize().to_string())
}

/// An id to send as a JSON integer where it is one, else as a string.
pub fn integer_or_text(id: &str) -> Box<RawValue> {
    let integer = !id.is_empty()
        && id.bytes().all(|b| b.is_ascii_digit())
        && (id.len() == 1 || !id.starts_with('0'));
    raw(if integer {
        id.to_owned()
    } else {
        serde_json::Value::from(id).to_string()
    })
}

fn raw(json: String) -> Box<RawValue> {
    RawValue::from_string(json).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Probe {
        #[serde(default, deserialize_with = "opt_decimal")]
        amount: Option<Decimal>,
        #[serde(default, deserialize_with = "opt_id")]
        id: Option<String>,
        #[serde(default, deserialize_with = "opt_bool")]
        flag: Option<bool>,
        #[serde(default, deserialize_with = "opt_integer")]
        time: Option<i64>,
        #[serde(default, deserialize_with = "list")]
        items: Vec<String>,
    }

    fn amount(json: &str) -> Result<Option<String>, ProviderError> {
        let body = format!("{{\"amount\": {json}}}");
        parse::<Probe>(body.as_bytes()).map(|p| p.amount.map(|a| a.to_string()))
    }

    #[test]
    fn decimal_in_any_notation_is_exact() {
        for (json, exact) in [
            ("99327.04375", "99327.04375"),
            ("\"16.96\"", "16.96"),
            ("\"0\"", "0"),
            ("0.1", "0.1"),
            ("9007199254740.993", "9007199254740.993"),
            ("1E+2", "100"),
            ("-1.5", "-1.5"),
        ] {
            assert_eq!(amount(json).unwrap().as_deref(), Some(exact));
        }
        assert_eq!(amount("null").unwrap(), None);
        assert_eq!(amount("\"\"").unwrap(), None);
        for bad in ["1e400", "\"1,5\"", "0.0000001", "[]", "{}", "true"] {
            assert!(amount(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_flags_times_and_lists_are_read_leniently() {
        let json = br#"{"id": 1945678901234567890123, "flag": "true", "time": "1782900000000", "items": null}"#;
        let probe: Probe = parse(json).unwrap();
        assert_eq!(probe.id.as_deref(), Some("1945678901234567890123"));
        assert_eq!(
            (probe.flag, probe.time),
            (Some(true), Some(1_782_900_000_000))
        );
        assert!(probe.items.is_empty());
    }

    #[test]
    fn parse_error_names_the_place_and_not_the_value() {
        let error = parse::<Vec<Probe>>(br#"[{"amount": "4000001234567899x"}]"#).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed);
        assert!(error.message.contains("[0].amount"), "{error}");
        let chain = format!("{error:?}");
        assert!(!chain.contains("4000001234567899"), "{chain}");
        assert!(
            parse::<Probe>(b"{\"items\": [")
                .unwrap_err()
                .message
                .contains("too early")
        );
        assert!(parse::<Probe>(b"<html>").is_err());
        assert!(parse::<Probe>(b"{} {}").is_err());
    }

    #[test]
    fn numbers_are_sent_digit_for_digit() {
        assert_eq!(number(parse_amount("0.10").unwrap()).get(), "0.1");
        assert_eq!(
            number(parse_amount("1234567890.123456").unwrap()).get(),
            "1234567890.123456"
        );
        assert_eq!(integer_or_text("111001").get(), "111001");
        assert_eq!(integer_or_text("007").get(), "\"007\"");
        assert_eq!(integer_or_text("ch-\"1").get(), "\"ch-\\\"1\"");
    }
}
