//! From columns to domain values and back, for every area.

use std::str::FromStr;

use cardmux_domain::money::{Currency, Money};
use cardmux_domain::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

/// The column whose value cannot be read. Never the value: it may be anybody's data.
#[derive(Debug)]
pub struct Corrupt(pub &'static str);

pub(super) fn parse<T: FromStr>(column: &'static str, text: &str) -> Result<T, Corrupt> {
    text.parse().map_err(|_| Corrupt(column))
}

pub(super) fn from_json<T: DeserializeOwned>(
    column: &'static str,
    text: &str,
) -> Result<T, Corrupt> {
    serde_json::from_str(text).map_err(|_| Corrupt(column))
}

/// Of plain structs, lists and string maps, which always have a JSON form.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn money(
    column: &'static str,
    micros: Option<i64>,
    currency: Option<String>,
) -> Result<Option<Money>, Corrupt> {
    match (micros, currency) {
        (None, None) => Ok(None),
        (Some(micros), Some(currency)) => {
            let currency: Currency = parse(column, &currency)?;
            Ok(Some(Money::from_micros(micros, currency)))
        }
        (Some(_), None) | (None, Some(_)) => Err(Corrupt(column)),
    }
}

/// The columns of an amount: integer millionths and the currency.
pub(super) fn money_columns(
    money: Option<Money>,
) -> Result<(Option<i64>, Option<String>), StoreError> {
    let Some(money) = money else {
        return Ok((None, None));
    };
    Ok((Some(money.micros()?), Some(money.currency.to_string())))
}

pub(super) fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_millis)
}

pub(super) fn timestamp(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}
