//! What a card type wants to know about a customer, as data: a client builds its form from it, and
//! the gateway checks against it before anything is sent.

use std::net::Ipv4Addr;

use regex::Regex;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};
use time::Date;

use super::{CustomerField, Profile};
use crate::money::{Currency, parse_amount};

/// One field of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldRule {
    pub field: CustomerField,
    pub required: bool,
    pub format: FieldFormat,
    /// In characters.
    pub min_length: Option<u32>,
    pub max_length: Option<u32>,
    /// A regular expression the whole value must match; of the kind JSON Schema has too.
    pub pattern: Option<String>,
    /// Where not empty, only these.
    pub allowed: Vec<String>,
    /// None of these.
    pub denied: Vec<String>,
    /// Which reference list the value is a code of.
    pub reference: Option<ReferenceList>,
    /// This field and another one, joined by a blank, in characters.
    pub joint_length: Option<JointLength>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JointLength {
    pub with: CustomerField,
    pub max: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum FieldFormat {
    Text,
    Email,
    /// `yyyy-MM-dd`, before today.
    PastDate,
    /// `yyyy-MM-dd`, after today.
    FutureDate,
    /// ISO 3166-1 alpha-2.
    Country,
    /// `+` and digits.
    DialCode,
    /// Digits.
    PhoneNumber,
    /// Amount, blank, currency.
    Money,
    Ipv4,
    /// The id of an uploaded document.
    Document,
}

/// A list under `/v1/reference`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum ReferenceList {
    Regions,
    Cities,
    DialCodes,
    Occupations,
}

/// What is wrong with a field. `Display` never repeats the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    pub field: CustomerField,
    /// Stable: `required`, `too_long` …
    pub code: &'static str,
    pub detail: String,
}

/// Everything that is wrong with a profile, as far as `rules` can tell.
///
/// `listed` says whether a code is on a reference list, or nothing where the list is not at hand:
/// then the provider decides.
pub fn check(
    profile: &Profile,
    rules: &[FieldRule],
    today: Date,
    listed: &dyn Fn(ReferenceList, &str) -> Option<bool>,
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for rule in rules {
        let found = match profile.get(rule.field) {
            None | Some("") if rule.required => Some(("required", "is needed".to_owned())),
            None | Some("") => None,
            Some(value) => fault_of(rule, value, today, listed),
        };
        faults.extend(found.map(|fault| field_fault(rule.field, fault)));
    }
    // Two fields together are judged where each is right by itself, and blamed once.
    for rule in rules {
        let Some(joint) = rule.joint_length else {
            continue;
        };
        let is_blamed = |fault: &FieldFault| [rule.field, joint.with].contains(&fault.field);
        if !faults.iter().any(is_blamed) {
            let found = joint_fault(rule.field, joint, profile);
            faults.extend(found.map(|fault| field_fault(rule.field, fault)));
        }
    }
    faults
}

fn field_fault(field: CustomerField, (code, detail): Fault) -> FieldFault {
    FieldFault {
        field,
        code,
        detail,
    }
}

type Fault = (&'static str, String);

/// The first rule a value breaks: one sentence per field is enough to mend it.
fn fault_of(
    rule: &FieldRule,
    value: &str,
    today: Date,
    listed: &dyn Fn(ReferenceList, &str) -> Option<bool>,
) -> Option<Fault> {
    length_fault(rule, value)
        .or_else(|| format_fault(rule.format, value, today))
        .or_else(|| pattern_fault(rule, value))
        .or_else(|| list_fault(rule, value, listed))
}

fn length_fault(rule: &FieldRule, value: &str) -> Option<Fault> {
    let length = value.chars().count();
    let beyond = |bound: Option<u32>, outside: fn(usize, usize) -> bool| {
        bound
            .and_then(|bound| usize::try_from(bound).ok())
            .filter(|bound| outside(length, *bound))
    };
    if let Some(min) = beyond(rule.min_length, |length, min| length < min) {
        return Some(("too_short", format!("at least {min} characters")));
    }
    let max = beyond(rule.max_length, |length, max| length > max)?;
    Some(("too_long", format!("at most {max} characters")))
}

fn format_fault(format: FieldFormat, value: &str, today: Date) -> Option<Fault> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let fault = |ok: bool, detail: &str| (!ok).then(|| ("bad_format", detail.to_owned()));
    match format {
        FieldFormat::Text | FieldFormat::Document => {
            let control = value.chars().any(char::is_control);
            control.then(|| ("bad_character", "no control characters".to_owned()))
        }
        FieldFormat::Email => fault(is_email(value), "must be an e-mail address"),
        FieldFormat::Country => {
            let letters = value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase());
            fault(letters, "must be an ISO 3166-1 alpha-2 code such as DE")
        }
        FieldFormat::DialCode => {
            let plus = value.strip_prefix('+').is_some_and(digits);
            fault(plus, "must be `+` and digits, such as +49")
        }
        FieldFormat::PhoneNumber => fault(digits(value), "must be digits only"),
        FieldFormat::Money => fault(is_money(value), "must be an amount and a currency"),
        FieldFormat::Ipv4 => fault(value.parse::<Ipv4Addr>().is_ok(), "must be an IPv4 address"),
        FieldFormat::PastDate => date_fault(value, "must be before today", |date| date < today),
        FieldFormat::FutureDate => date_fault(value, "must be after today", |date| date > today),
    }
}

fn date_fault(value: &str, detail: &str, fits: impl Fn(Date) -> bool) -> Option<Fault> {
    match Date::parse(
        value,
        time::macros::format_description!("[year]-[month]-[day]"),
    ) {
        Ok(date) if fits(date) => None,
        Ok(_) => Some(("out_of_range", detail.to_owned())),
        Err(_) => Some(("bad_format", "must be a date such as 2031-12-24".to_owned())),
    }
}

/// One `@` with something on both sides and a dot behind it; what else an address may be, only its
/// mail server knows.
fn is_email(value: &str) -> bool {
    let plain = !value.chars().any(|c| c.is_whitespace() || c.is_control());
    value.split_once('@').is_some_and(|(local, domain)| {
        let inner_dot = domain
            .split_once('.')
            .is_some_and(|(host, rest)| !host.is_empty() && !rest.is_empty());
        plain && !local.is_empty() && inner_dot && !domain.contains('@') && !domain.ends_with('.')
    })
}

fn is_money(value: &str) -> bool {
    value.split_once(' ').is_some_and(|(amount, currency)| {
        let positive = parse_amount(amount).is_ok_and(|amount| amount.is_sign_positive());
        positive && currency.parse::<Currency>().is_ok()
    })
}

fn pattern_fault(rule: &FieldRule, value: &str) -> Option<Fault> {
    let pattern = rule.pattern.as_ref()?;
    // A pattern that is no regular expression cannot be checked here; a test of the adapter that
    // gives it keeps that from happening.
    let fits = Regex::new(pattern).map_or(true, |regex| regex.is_match(value));
    (!fits).then(|| ("bad_character", format!("must match {pattern}")))
}

fn list_fault(
    rule: &FieldRule,
    value: &str,
    listed: &dyn Fn(ReferenceList, &str) -> Option<bool>,
) -> Option<Fault> {
    let among = |list: &[String]| list.iter().any(|item| item == value);
    if !rule.allowed.is_empty() && !among(&rule.allowed) {
        let detail = format!("must be one of {}", rule.allowed.join(", "));
        return Some(("not_allowed", detail));
    }
    if among(&rule.denied) {
        let detail = format!("must be none of {}", rule.denied.join(", "));
        return Some(("not_allowed", detail));
    }
    let list = rule.reference?;
    let unknown = listed(list, value) == Some(false);
    unknown.then(|| {
        let path = list.to_string().replace('_', "-");
        (
            "unknown_code",
            format!("must be a code of /v1/reference/{path}"),
        )
    })
}

fn joint_fault(field: CustomerField, joint: JointLength, profile: &Profile) -> Option<Fault> {
    let JointLength { with, max } = joint;
    let length = |field| Some(profile.get(field)?.chars().count());
    let together = length(field)? + 1 + length(with)?;
    (together > usize::try_from(max).ok()?).then(|| {
        let detail = format!("with {} at most {max} characters", with.pointer());
        ("too_long", detail)
    })
}

#[cfg(test)]
mod tests;
