//! The rules of the full form.
//!
//! Documented: every rule checked here, but as said below (6.2; `idHoldId`, `ipAddress` and the
//! restricted nationalities: W-int). Assumed: a whole amount of salary, "English text" is printable
//! ASCII, a Hong Kong identity card needs that nationality, documents were issued in the past and
//! are still valid, file ids are those of earlier uploads.

use std::net::Ipv4Addr;

use super::form::{FULL, Form, error};
use super::rules::{self, Check};
use crate::card_types;
use crate::clock;
use crate::envelope::Failure;
use crate::places;
use crate::state::State;

const ID_TYPES: &[&str] = &["PASSPORT", "HK_HKID", "DLN", "GOVERNMENT_ISSUED_ID_CARD"];

pub fn check(form: &Form, state: &State, now_ms: i64) -> Result<(), Failure> {
    for aliases in FULL {
        let name = aliases.first().copied().unwrap_or_default();
        check_field(form, name, state, now_ms).or_else(|why| error(name, why))?;
    }
    Ok(())
}

fn check_field(form: &Form, name: &str, state: &State, now_ms: i64) -> Check {
    let value = form.get(name);
    let today = clock::day(now_ms);
    match name {
        "nationality" => {
            rules::not_restricted(value).and(rules::one_of(value, card_types::NATIONALITIES))
        }
        "gender" => rules::one_of(value, &["M", "F"]),
        "occupation" => rules::holds(
            places::OCCUPATIONS.iter().any(|(code, _)| *code == value),
            "an occupation code is needed",
        ),
        "annualSalary" | "expectedMonthlyVolume" => rules::money(value),
        "accountPurpose" => rules::holds(
            !value.trim().is_empty() && value.bytes().all(|byte| matches!(byte, b' '..=b'~')),
            "English text",
        ),
        "idType" => {
            let is_at_home = value != "HK_HKID" || form.get("nationality") == "HK";
            rules::one_of(value, ID_TYPES).and(rules::holds(is_at_home, "Hong Kong only"))
        }
        "idNumber" => rules::length(value, 2..=50),
        "issueDate" => {
            rules::day(value).and_then(|day| rules::holds(day <= today, "must be in the past"))
        }
        "idNoExpiryDate" => {
            rules::day(value).and_then(|day| rules::holds(day > today, "must be to come"))
        }
        "idFrontId" | "idBackId" | "idHoldId" => {
            rules::holds(state.files.contains(value), "no such file")
        }
        "ipAddress" => rules::holds(value.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        _ => Ok(()),
    }
}
