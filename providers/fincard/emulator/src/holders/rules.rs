//! What a value of a cardholder's form can violate.

use std::ops::RangeInclusive;

use time::Date;
use time::macros::format_description;

use crate::places::RESTRICTED;

/// Why a value is wrong.
pub type Check = Result<(), &'static str>;

pub fn holds(is_so: bool, otherwise: &'static str) -> Check {
    if is_so { Ok(()) } else { Err(otherwise) }
}

pub fn length(value: &str, range: RangeInclusive<usize>) -> Check {
    holds(range.contains(&value.chars().count()), "wrong length")
}

pub fn one_of(value: &str, list: &[&str]) -> Check {
    holds(list.contains(&value), "not in the list of allowed values")
}

pub fn not_restricted(value: &str) -> Check {
    holds(!RESTRICTED.contains(&value), "a restricted region")
}

pub fn email(value: &str) -> Check {
    let is_address = value
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    holds(is_address, "not an e-mail address")
}

pub fn day(value: &str) -> Result<Date, &'static str> {
    let parsed = Date::parse(value, format_description!("[year]-[month]-[day]"));
    parsed.map_err(|_| "yyyy-MM-dd")
}

/// An amount, a space and a currency: `100000 USD`.
pub fn money(value: &str) -> Check {
    let fits = value.split_once(' ').is_some_and(|(amount, currency)| {
        !amount.is_empty()
            && amount.bytes().all(|byte| byte.is_ascii_digit())
            && currency.len() == 3
            && currency.bytes().all(|byte| byte.is_ascii_uppercase())
    });
    holds(fits, "an amount, a space and a currency")
}
