//! How single fields are read and shown, for `#[serde(with = …)]`.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

/// A duration that a key ending in `_ms` gives in milliseconds.
pub mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }

    pub fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(value.as_millis()).unwrap_or(u64::MAX))
    }
}

/// A duration that a key ending in `_seconds` gives in seconds.
pub mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }

    pub fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(value.as_secs())
    }
}

/// A value with a text form of its own, whose key may be left out.
pub mod optional_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn deserialize<'de, D: Deserializer<'de>, T>(from: D) -> Result<Option<T>, D::Error>
    where
        T: FromStr<Err: Display>,
    {
        String::deserialize(from)?
            .parse()
            .map(Some)
            .map_err(D::Error::custom)
    }

    pub fn serialize<S: Serializer>(
        value: &Option<impl Display>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.collect_str(value),
            None => to.serialize_none(),
        }
    }
}

/// A value with a text form of its own.
pub mod text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn deserialize<'de, D: Deserializer<'de>, T>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
    {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }

    pub fn serialize<S: Serializer>(value: &impl Display, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }
}

/// An amount and its currency, `"50.00 EUR"`, whose key may be left out.
pub mod optional_money {
    use cardmux_domain::money::{Money, parse_amount};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Money>, D::Error> {
        let text = String::deserialize(from)?;
        let money = parse(&text);
        money
            .map(Some)
            .ok_or_else(|| D::Error::custom("an amount, a space, a currency: \"50.00 EUR\""))
    }

    pub fn parse(text: &str) -> Option<Money> {
        let (amount, currency) = text.split_once(' ')?;
        let amount = parse_amount(amount).ok()?;
        Some(Money::new(amount, currency.trim().parse().ok()?))
    }

    pub fn serialize<S: Serializer>(value: &Option<Money>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(money) => {
                to.collect_str(&format_args!("{} {}", money.amount_text(), money.currency))
            }
            None => to.serialize_none(),
        }
    }
}

/// A list of values with a text form: a TOML array, or one text with commas, the only form an
/// environment variable can have.
pub mod list {
    pub use super::{read_list as deserialize, show_list as serialize};
}

pub fn read_list<'de, D: Deserializer<'de>, T>(from: D) -> Result<Vec<T>, D::Error>
where
    T: FromStr<Err: Display>,
{
    from.deserialize_any(ListVisitor(PhantomData))
}

pub fn show_list<S: Serializer>(values: &[impl Display], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(values.iter().map(ToString::to_string))
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: FromStr<Err: Display>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list, or text with commas")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(parse_item)
            .collect()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(text) = items.next_element::<String>()? {
            values.push(parse_item(&text)?);
        }
        Ok(values)
    }
}

fn parse_item<T: FromStr<Err: Display>, E: de::Error>(text: &str) -> Result<T, E> {
    text.parse()
        .map_err(|error| E::custom(format_args!("one of its items: {error}")))
}

/// A map whose keys have a text form.
pub fn text_keys<S: Serializer>(
    map: &BTreeMap<impl Display, impl Serialize>,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_map(map.iter().map(|(key, value)| (key.to_string(), value)))
}
