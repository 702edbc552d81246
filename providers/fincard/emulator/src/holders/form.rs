//! The two forms of a cardholder and the rules of the short one.
//!
//! Documented: every rule checked here, but as said below (6.2). Assumed: names are nothing but
//! letters, an e-mail address has one `@` with something on both sides, a birthday is not to come,
//! a `town` belongs to its `country`, and fields of the full form are ignored in the short one.

use std::collections::BTreeMap;

use super::full_form;
use super::rules::{self, Check};
use crate::card_types::{self, CardType};
use crate::clock;
use crate::envelope::Failure;
use crate::places;
use crate::request::{Fields, required};
use crate::state::State;

/// Fields of the short form. Each may be followed by its name in the other spelling (F-pm).
pub const SHORT: &[&[&str]] = &[
    &["areaCode", "phoneCountryCode"],
    &["mobile", "phone"],
    &["email"],
    &["firstName"],
    &["lastName"],
    &["birthday"],
    &["country"],
    &["town", "city"],
    &["address"],
    &["postCode", "zipCode"],
];

/// What the full form wants besides.
pub const FULL: &[&[&str]] = &[
    &["nationality"],
    &["gender"],
    &["occupation"],
    &["annualSalary"],
    &["accountPurpose"],
    &["expectedMonthlyVolume"],
    &["idType"],
    &["idNumber"],
    &["issueDate"],
    &["idNoExpiryDate"],
    &["idFrontId", "idFrontFileId"],
    &["idBackId", "idBackFileId"],
    &["idHoldId"],
    &["ipAddress"],
];

pub struct Form {
    pub model: String,
    pub values: BTreeMap<String, String>,
    /// Whether the result of somebody else's KYC is named.
    verified: bool,
}

impl Form {
    /// `names` picks the names that count out of a field's.
    pub fn read<'a>(
        fields: &Fields,
        names: impl Fn(&'a [&'a str]) -> &'a [&'a str],
    ) -> Result<Self, Failure> {
        let model = fields.first_text(names(&["cardHolderModel", "cardholderType"]))?;
        let model = required("cardHolderModel", model)?;
        let mut values = BTreeMap::new();
        let full = if model == "B2C" { FULL } else { &[] };
        for aliases in SHORT.iter().chain(full) {
            let name = aliases.first().copied().unwrap_or_default();
            let value = required(name, fields.first_text(names(aliases))?)?;
            values.insert(name.to_owned(), value);
        }
        Ok(Self {
            model,
            values,
            verified: verified(fields)?,
        })
    }

    pub fn check(&self, card_type: &CardType, state: &State, now_ms: i64) -> Result<(), Failure> {
        if !matches!(self.model.as_str(), "B2B" | "B2C") {
            return error("cardHolderModel", "B2B or B2C");
        }
        if card_type.holder_model != Some(self.model.as_str()) {
            return error("cardHolderModel", "The BIN not support the model");
        }
        for aliases in SHORT {
            let name = aliases.first().copied().unwrap_or_default();
            self.check_short(name, now_ms)
                .or_else(|why| error(name, why))?;
        }
        let [first, last] = ["firstName", "lastName"].map(|name| self.get(name).len());
        if first + 1 + last > 32 {
            return error(
                "firstName",
                "with lastName and the space at most 32 characters",
            );
        }
        if self.model == "B2C" {
            full_form::check(self, state, now_ms)?;
            if card_type.needs_kyc_reference && !self.verified {
                return error("kycVerification", "needed for this card type");
            }
        }
        Ok(())
    }

    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    fn check_short(&self, name: &str, now_ms: i64) -> Check {
        let value = self.get(name);
        match name {
            "areaCode" => {
                rules::length(value, 2..=5).and(rules::one_of(value, card_types::AREA_CODES))
            }
            "mobile" => rules::length(value, 5..=20),
            "email" => rules::length(value, 5..=50).and(rules::email(value)),
            "firstName" | "lastName" => rules::length(value, 2..=32).and(rules::holds(
                value.bytes().all(|byte| byte.is_ascii_alphabetic()),
                "English letters only",
            )),
            "birthday" => rules::day(value)
                .and_then(|day| rules::holds(day < clock::day(now_ms), "must be in the past")),
            "country" => {
                rules::not_restricted(value).and(rules::one_of(value, card_types::REGIONS))
            }
            // The message is the one seen in production.
            "town" => rules::holds(
                places::town_name(self.get("country"), value).is_some(),
                "a city code of the country is needed",
            ),
            "address" => rules::length(value, 2..=40).and(rules::holds(
                value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"- ".contains(&byte)),
                "letters, digits, spaces and hyphens only",
            )),
            "postCode" => rules::length(value, 2..=15).and(rules::holds(
                value.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "letters and digits only",
            )),
            _ => Ok(()),
        }
    }

    /// Whether nobody else has this e-mail or ID number for the card type.
    pub fn check_unique(
        &self,
        state: &State,
        card_type_id: u32,
        own: Option<u64>,
    ) -> Result<(), Failure> {
        let others = state
            .holders
            .iter()
            .filter(|holder| holder.card_type_id == card_type_id && Some(holder.id) != own);
        for other in others {
            for name in ["email", "idNumber"] {
                let (mine, theirs) = (self.values.get(name), other.form.get(name));
                if mine.is_some() && mine == theirs {
                    return error(name, "already used for this card type");
                }
            }
        }
        Ok(())
    }
}

fn verified(fields: &Fields) -> Result<bool, Failure> {
    let Some(verification) = fields.object("kycVerification")? else {
        return Ok(false);
    };
    let provider = required("provider", verification.text("provider")?)?;
    required("referenceId", verification.text("referenceId")?)?;
    if provider != "SUMSUB" {
        return error("kycVerification", "provider must be SUMSUB");
    }
    Ok(true)
}

pub fn error<T>(name: &str, why: &str) -> Result<T, Failure> {
    Err(Failure::business(format!("{name} parameter error: {why}")))
}
