//! JSON answers with exact decimals and the field order of the documents.
//!
//! `serde_json::Value` keeps numbers as floats; money must not pass through one.

use rust_decimal::Decimal;
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

pub enum Json {
    Null,
    Bool(bool),
    Text(String),
    /// Written as a JSON number, digit by digit.
    Number(Decimal),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }

    pub fn or_null(value: Option<impl Into<String>>) -> Self {
        value.map_or(Self::Null, Self::text)
    }

    pub fn texts(values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::List(values.into_iter().map(Self::text).collect())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_none(),
            Self::Bool(value) => to.serialize_bool(*value),
            Self::Text(value) => to.serialize_str(value),
            Self::Number(value) => RawValue::from_string(value.to_string())
                .map_err(S::Error::custom)?
                .serialize(to),
            Self::List(values) => {
                let mut list = to.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
            Self::Object(fields) => {
                let mut object = to.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    object.serialize_entry(name, value)?;
                }
                object.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_every_digit() {
        let json = Json::Object(vec![(
            "a",
            Json::Number("99327.043750000000001".parse().unwrap()),
        )]);
        assert_eq!(
            serde_json::to_string(&json).unwrap(),
            r#"{"a":99327.043750000000001}"#
        );
    }
}
