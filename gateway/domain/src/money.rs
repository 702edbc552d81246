//! Money: an exact decimal and a currency, never a float.
//!
//! Databases keep integer millionths ([`Money::micros`]), exact on every backend and finer than any
//! currency's minor unit, because providers report up to six decimals
//! (documented: FinCard ledger balances have five).

use std::str::FromStr;

pub use rust_decimal::Decimal;

/// An ISO 4217 code, or a provider's code for a stablecoin (`USDT`): 3 to 8 characters `A-Z0-9`,
/// beginning with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    bytes: [u8; 8],
    len: u8,
}

/// Why a text is not a [`Currency`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be an ISO 4217 code such as USD, or a stablecoin code such as USDT")]
pub struct BadCurrency;

/// Stablecoins providers settle in (documented: FinCard wallet coins); everything else must be ISO
/// 4217.
const STABLECOINS: [&str; 2] = ["USDT", "USDC"];

impl Currency {
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Decimals of the minor unit: 2 for USD, 0 for JPY; 6 for stablecoins.
    pub fn minor_digits(&self) -> u32 {
        iso_currency::Currency::from_code(self.as_str())
            .and_then(|c| c.exponent())
            .map_or(6, u32::from)
    }
}

impl FromStr for Currency {
    type Err = BadCurrency;

    fn from_str(text: &str) -> Result<Self, BadCurrency> {
        let known =
            STABLECOINS.contains(&text) || iso_currency::Currency::from_code(text).is_some();
        let len = u8::try_from(text.len()).map_err(|_| BadCurrency)?;
        let mut bytes = [0; 8];
        let room = bytes.get_mut(..text.len()).ok_or(BadCurrency)?;
        room.copy_from_slice(text.as_bytes());
        if known {
            Ok(Self { bytes, len })
        } else {
            Err(BadCurrency)
        }
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount in major units and its currency. May be negative (a forced presentment can overdraw).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    pub amount: Decimal,
    pub currency: Currency,
}

/// Why an amount cannot be kept exactly.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum BadAmount {
    #[error("must be a plain decimal number such as \"12.34\": digits and at most one dot")]
    NotDecimal,
    #[error("has more decimals than can be kept: at most 6")]
    TooFine,
    #[error("is too large: at most 9223372036854.775807")]
    TooLarge,
}

const MICROS_PER_UNIT: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// Parse a plain decimal: an optional sign, digits, at most one dot. No exponent, no separators, no
/// blanks, and nothing that cannot be kept in integer millionths.
pub fn parse_amount(text: &str) -> Result<Decimal, BadAmount> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().next().is_some_and(|b| b.is_ascii_digit())
        && !digits.ends_with('.')
        && digits.bytes().filter(|b| *b == b'.').count() <= 1;
    if !plain {
        return Err(BadAmount::NotDecimal);
    }
    let fraction = digits.split_once('.').map_or("", |(_, fraction)| fraction);
    if fraction.trim_end_matches('0').len() > 6 {
        return Err(BadAmount::TooFine);
    }
    // Twenty digits are beyond the largest amount; longer input is not worth parsing.
    if digits.len() > 40 {
        return Err(BadAmount::TooLarge);
    }
    let amount = Decimal::from_str(text).map_err(|_| BadAmount::TooLarge)?;
    micros(amount).map(|_| amount)
}

fn micros(amount: Decimal) -> Result<i64, BadAmount> {
    let micros = amount
        .checked_mul(MICROS_PER_UNIT)
        .ok_or(BadAmount::TooLarge)?;
    if !micros.fract().is_zero() {
        return Err(BadAmount::TooFine);
    }
    i64::try_from(micros.trunc()).map_err(|_| BadAmount::TooLarge)
}

impl Money {
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Integer millionths of the major unit.
    pub fn micros(&self) -> Result<i64, BadAmount> {
        micros(self.amount)
    }

    pub fn from_micros(micros: i64, currency: Currency) -> Self {
        Self {
            amount: Decimal::from_i128_with_scale(i128::from(micros), 6).normalize(),
            currency,
        }
    }

    pub fn is_positive(&self) -> bool {
        self.amount.is_sign_positive() && !self.amount.is_zero()
    }

    /// The amount as clients see it: at least the currency's minor digits, never rounded.
    pub fn amount_text(&self) -> String {
        let exact = self.amount.normalize();
        let digits = self.currency.minor_digits();
        // Stablecoins have six digits, but nobody writes "5.000000".
        let least = if digits > 4 { 2 } else { digits };
        let mut shown = exact;
        if exact.scale() < least {
            shown.rescale(least);
        }
        shown.to_string()
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.amount_text(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parse_amount_of_anything_but_a_plain_decimal_is_refused() {
        for bad in [
            "", "-", ".", "1.", ".5", "+1", "1e400", "1E2", "1_000", "1,5", " 1", "0x1", "NaN",
            "1.2.3", "--1",
        ] {
            assert_eq!(parse_amount(bad), Err(BadAmount::NotDecimal), "{bad:?}");
        }
        assert_eq!(parse_amount("0.0000001"), Err(BadAmount::TooFine));
        assert_eq!(
            parse_amount("9223372036854.775808"),
            Err(BadAmount::TooLarge)
        );
        assert_eq!(parse_amount(&"9".repeat(400)), Err(BadAmount::TooLarge));
        assert_eq!(parse_amount("0.1000000000").unwrap(), Decimal::new(1, 1));
    }

    #[test]
    fn amount_text_shows_minor_digits_and_never_rounds() {
        let show = |text: &str, code: &str| {
            Money::new(parse_amount(text).unwrap(), code.parse().unwrap()).amount_text()
        };
        assert_eq!(show("50", "USD"), "50.00");
        assert_eq!(show("99327.04375", "USD"), "99327.04375");
        assert_eq!(show("50.00", "JPY"), "50");
        assert_eq!(show("5", "USDT"), "5.00");
        assert_eq!(show("-1.5", "EUR"), "-1.50");
    }

    #[test]
    fn currency_unknown_is_refused() {
        for bad in ["", "usd", "XXXX", "US", "ABCDEFGHIJ", "ÜSD"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad:?}");
        }
        assert_eq!("USDT".parse::<Currency>().unwrap().as_str(), "USDT");
    }

    proptest! {
        #[test]
        fn micros_round_trip_is_exact(micros: i64) {
            let usd: Currency = "USD".parse().unwrap();
            prop_assert_eq!(Money::from_micros(micros, usd).micros(), Ok(micros));
            let text = Money::from_micros(micros, usd).amount_text();
            prop_assert_eq!(parse_amount(&text).unwrap(), Money::from_micros(micros, usd).amount);
        }
    }
}
