//! Values in the provider's words.
//!
//! Documented: the fields of `get-cards` (D, whole). Our choice: amounts as text in major units with
//! the currency's digits, ISO 4217 letters, RFC 3339 times; each has a quirk.

use iso_currency::Currency;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::quirks::{AmountForm, CurrencyForm, Quirks, TimeForm};
use crate::state::Card;

/// Digits after the point, for a currency the standard gives none.
const USUAL_DIGITS: u16 = 2;

pub fn amount(value: Decimal, currency: &str, quirks: &Quirks) -> Value {
    let known = Currency::from_code(currency);
    let digits = known.and_then(Currency::exponent).unwrap_or(USUAL_DIGITS);
    let digits = u32::from(digits);
    match quirks.amount_form {
        AmountForm::Decimal => {
            let plain = value.normalize();
            let mut shown = plain;
            shown.rescale(plain.scale().max(digits));
            json!(shown.to_string())
        }
        AmountForm::Number => number(value),
        AmountForm::Minor => {
            let unit = Decimal::from(10_u64.saturating_pow(digits));
            number((value * unit).round())
        }
    }
}

/// A JSON number, exact for the amounts of this emulator (15 digits).
fn number(value: Decimal) -> Value {
    serde_json::from_str(&value.normalize().to_string()).unwrap_or_default()
}

pub fn currency(code: &str, quirks: &Quirks) -> Value {
    let numeric = Currency::from_code(code).map(Currency::numeric);
    match (quirks.currency_form, numeric) {
        (CurrencyForm::Numeric, Some(numeric)) => json!(format!("{numeric:03}")),
        (CurrencyForm::Numeric, None) | (CurrencyForm::Alpha, _) => json!(code),
    }
}

pub fn time(at_ms: i64, quirks: &Quirks) -> Value {
    let seconds = at_ms.div_euclid(1000);
    match quirks.time_form {
        TimeForm::Epoch => json!(seconds),
        TimeForm::Rfc3339 => {
            let at =
                OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
            json!(at.format(&Rfc3339).unwrap_or_default())
        }
    }
}

/// One of `get-cards`: neither status, stage, holder nor account (D).
pub fn item(card: &Card) -> Value {
    json!({
        "token_id": card.token_id,
        "embossing_name": card.embossing_name,
        "card_number": card.card_number,
        "expiration_date": card.expiration_date,
        "product_id": card.product_id,
    })
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn amount_in_each_form_keeps_its_value() {
        let mut quirks = Quirks::default();
        assert_eq!(amount(dec!(12.5), "EUR", &quirks), json!("12.50"));
        assert_eq!(amount(dec!(12), "JPY", &quirks), json!("12"));
        assert_eq!(amount(dec!(0.125), "EUR", &quirks), json!("0.125"));
        quirks.amount_form = AmountForm::Number;
        assert_eq!(amount(dec!(12.50), "EUR", &quirks), json!(12.5));
        quirks.amount_form = AmountForm::Minor;
        assert_eq!(amount(dec!(12.50), "EUR", &quirks), json!(1250));
        assert_eq!(amount(dec!(12), "JPY", &quirks), json!(12));
    }

    #[test]
    fn currency_numeric_has_three_digits() {
        let mut quirks = Quirks::default();
        assert_eq!(currency("AUD", &quirks), json!("AUD"));
        quirks.currency_form = CurrencyForm::Numeric;
        assert_eq!(currency("AUD", &quirks), json!("036"));
    }
}
