//! From columns to domain values and back, for every area.

use std::str::FromStr;

use cardmux_domain::money::{BadAmount, Currency, Decimal, Money};
use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
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

const MICROS_PER_UNIT: i64 = 1_000_000;

/// Of an amount whose currency is another column's or another row's, as [`Money::micros`].
pub(super) fn micros(amount: Decimal) -> Result<i64, BadAmount> {
    let micros = amount.checked_mul(MICROS_PER_UNIT.into());
    let micros = micros.ok_or(BadAmount::TooLarge)?;
    if !micros.fract().is_zero() {
        return Err(BadAmount::TooFine);
    }
    i64::try_from(micros.trunc()).map_err(|_| BadAmount::TooLarge)
}

pub(super) fn decimal(micros: i64) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(micros), 6).normalize()
}

/// The sum of a column of micros, in two halves: units and the rest. A sum of whole micros can
/// leave the range of one integer: SQLite then fails, PostgreSQL turns to another type.
pub(super) fn sums(micros: impl Into<Expr>) -> [Expr; 2] {
    let micros: Expr = micros.into();
    let halves = [
        micros.clone().div(MICROS_PER_UNIT),
        micros.modulo(MICROS_PER_UNIT),
    ];
    halves.map(|half| half.sum().cast_as("bigint"))
}

/// What [`sums`] came to.
pub(super) fn summed(units: i64, rest: i64) -> Decimal {
    (Decimal::from(units) + decimal(rest)).normalize()
}

pub(super) fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_millis)
}

pub(super) fn timestamp(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}
