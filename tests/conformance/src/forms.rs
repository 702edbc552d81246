//! Filling in a form from its rules alone, so that the next provider's form needs nothing new.

use std::collections::BTreeMap;

use cardmux_domain::card_type::EnrolmentForm;
use cardmux_domain::customer::form::{FieldFormat, FieldRule, ReferenceList, check};
use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::reference::{City, DialCode, Occupation, Region};
use time::Date;
use time::macros::date;

use crate::steps::broken;
use crate::trial::Result;

/// Dates in the forms lie far on either side of this one, so that no clock is needed.
const TODAY: Date = date!(2030 - 01 - 01);

/// The reference lists of a provider, as far as it has them.
#[derive(Default)]
pub struct Lists {
    pub regions: Vec<Region>,
    pub cities: Vec<City>,
    pub dial_codes: Vec<DialCode>,
    pub occupations: Vec<Occupation>,
}

impl Lists {
    fn has(&self, list: ReferenceList, code: &str) -> Option<bool> {
        Some(match list {
            ReferenceList::Regions => self.regions.iter().any(|region| region.code == code),
            ReferenceList::Cities => self.cities.iter().any(|city| city.has_leaf(code)),
            ReferenceList::DialCodes => self.dial_codes.iter().any(|dial| dial.code == code),
            ReferenceList::Occupations => self.occupations.iter().any(|job| job.code == code),
        })
    }

    /// Codes of a list, those of a country alone where it divides by countries.
    fn codes(&self, list: ReferenceList, country: Option<&str>) -> Vec<String> {
        let here = |of: &str| country.is_none_or(|country| country == of);
        match list {
            ReferenceList::Regions => {
                let regions = self.regions.iter();
                regions.map(|region| region.code.clone()).collect()
            }
            ReferenceList::Cities => {
                let cities = self.cities.iter().filter(|city| here(&city.country));
                cities.flat_map(leaves).collect()
            }
            ReferenceList::DialCodes => {
                let codes = self.dial_codes.iter().filter(|dial| here(&dial.country));
                codes.map(|dial| dial.code.clone()).collect()
            }
            ReferenceList::Occupations => {
                let jobs = self.occupations.iter();
                jobs.map(|job| job.code.clone()).collect()
            }
        }
    }
}

fn leaves(city: &City) -> Vec<String> {
    if city.children.is_empty() {
        return vec![city.code.clone()];
    }
    city.children.iter().flat_map(leaves).collect()
}

/// A profile that fits the form. `serial` makes it nobody else's; `documents` are the provider's
/// file ids.
pub fn profile_for(
    form: &EnrolmentForm,
    lists: &Lists,
    documents: &BTreeMap<CustomerField, String>,
    serial: &str,
) -> Result<Profile> {
    let mut profile = Profile::default();
    // The country first: cities and dial codes are chosen by it.
    let is_country = |rule: &&FieldRule| rule.field == CustomerField::AddressCountry;
    let least = form.fields.iter().any(|rule| rule.required);
    // Of a form that asks for nothing, everything is told: it has to be understood too.
    let wanted = || {
        let rules = form.fields.iter();
        rules.filter(|rule| rule.required || !least && !rule.field.is_document())
    };
    let rest = wanted().filter(|rule| !is_country(rule));
    for rule in wanted().filter(is_country).chain(rest) {
        let found = candidates(rule, form, lists, documents, &profile, serial)
            .into_iter()
            .find(|value| fits(rule, value, &profile, lists));
        let value = found.ok_or_else(|| broken(format!("nothing fits `{}`", rule.field)))?;
        profile.set(rule.field, Some(value));
    }
    Ok(profile)
}

fn fits(rule: &FieldRule, value: &str, profile: &Profile, lists: &Lists) -> bool {
    let mut tried = profile.clone();
    tried.set(rule.field, Some(value.to_owned()));
    let listed = |list, code: &str| lists.has(list, code);
    check(&tried, std::slice::from_ref(rule), TODAY, &listed).is_empty()
}

fn candidates(
    rule: &FieldRule,
    form: &EnrolmentForm,
    lists: &Lists,
    documents: &BTreeMap<CustomerField, String>,
    profile: &Profile,
    serial: &str,
) -> Vec<String> {
    let country = profile.get(CustomerField::AddressCountry);
    let choices = match (rule.allowed.is_empty(), rule.reference) {
        (false, _) => rule.allowed.clone(),
        (true, Some(list)) => lists.codes(list, country),
        (true, None) => invented(rule, documents, serial),
    };
    if rule.field == CustomerField::AddressCountry {
        return livable(choices, form, lists);
    }
    if rule.reference == Some(ReferenceList::DialCodes) {
        // The one of the country where it can be chosen, else any.
        let here = lists.codes(ReferenceList::DialCodes, country);
        let (near, far): (Vec<_>, Vec<_>) =
            choices.into_iter().partition(|code| here.contains(code));
        return near.into_iter().chain(far).collect();
    }
    choices
}

/// Countries with a city, where the form wants one from the list.
fn livable(countries: Vec<String>, form: &EnrolmentForm, lists: &Lists) -> Vec<String> {
    let wants_city = |rule: &FieldRule| rule.reference == Some(ReferenceList::Cities);
    if !form.fields.iter().any(wants_city) {
        return countries;
    }
    let has_city = |country: &String| !lists.codes(ReferenceList::Cities, Some(country)).is_empty();
    countries.into_iter().filter(has_city).collect()
}

/// Values of a format; several where rules differ in what they take.
fn invented(
    rule: &FieldRule,
    documents: &BTreeMap<CustomerField, String>,
    serial: &str,
) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    match rule.format {
        FieldFormat::Text => {
            let letters = letters(rule.field, serial);
            let mut texts = vec![letters];
            texts.extend([10, 4, 2].map(|length| digits(serial, length)));
            texts
        }
        FieldFormat::Email => vec![format!("{}@example.com", serial.to_lowercase())],
        FieldFormat::PastDate if rule.field == CustomerField::BirthDate => texts(&["1987-06-05"]),
        FieldFormat::PastDate => texts(&["2019-08-07"]),
        FieldFormat::FutureDate => texts(&["2041-09-08"]),
        FieldFormat::Country => texts(&["DE", "US", "LT", "GB"]),
        FieldFormat::DialCode => texts(&["+49", "+1"]),
        FieldFormat::PhoneNumber => [9, 7, 5].map(|length| digits(serial, length)).to_vec(),
        FieldFormat::Money => texts(&["54321 USD"]),
        FieldFormat::Ipv4 => texts(&["192.0.2.77"]),
        FieldFormat::Document => documents.get(&rule.field).cloned().into_iter().collect(),
    }
}

/// A word of this field and serial alone: found anywhere, it is from this profile.
pub fn letters(field: CustomerField, serial: &str) -> String {
    let offset: u32 = field.to_string().bytes().map(u32::from).sum();
    let tail = serial.chars().rev().take(12);
    let word: String = tail
        .filter_map(|c| char::from_digit((c.to_digit(36)? + offset) % 26 + 10, 36))
        .collect();
    let mut word = word.chars();
    let first = word.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(word).collect()
}

/// Not zero in front, and as long as asked for.
pub fn digits(serial: &str, length: usize) -> String {
    let tail = serial.chars().rev().filter_map(|c| c.to_digit(36));
    let digits = tail.take(length.saturating_sub(1));
    let rest: String = digits
        .filter_map(|d| char::from_digit(d % 10, 10))
        .collect();
    format!("7{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(field: CustomerField, format: FieldFormat) -> FieldRule {
        FieldRule {
            field,
            required: true,
            format,
            min_length: None,
            max_length: None,
            pattern: None,
            allowed: Vec::new(),
            denied: Vec::new(),
            reference: None,
            joint_length: None,
        }
    }

    #[test]
    fn profile_fits_rules_of_every_format_and_is_nobody_elses() {
        use strum::VariantArray;
        let fields = CustomerField::VARIANTS.iter();
        let fields = fields.zip(FieldFormat::VARIANTS.iter().cycle());
        let mut fields: Vec<_> = fields
            .map(|(field, format)| rule(*field, *format))
            .collect();
        fields[0].pattern = Some("^[A-Za-z]+$".to_owned());
        let form = EnrolmentForm {
            name: "every".to_owned(),
            fields,
            max_cards: None,
            takes_share_token: false,
        };
        let documents: BTreeMap<_, _> = CustomerField::VARIANTS
            .iter()
            .map(|field| (*field, "file".to_owned()))
            .collect();
        let fill = |serial| profile_for(&form, &Lists::default(), &documents, serial);
        let one = fill("01kz3v9m5xq8w7e6r5t4y3u2i1").unwrap();
        let other = fill("01kz3v9m5xq8w7e6r5t4y3u2i9").unwrap();
        assert!(check(&one, &form.fields, TODAY, &|_, _| None).is_empty());
        assert_ne!(one, other);
    }

    #[test]
    fn form_that_nothing_fits_is_named() {
        let form = EnrolmentForm {
            name: "impossible".to_owned(),
            fields: vec![FieldRule {
                pattern: Some("^never$".to_owned()),
                ..rule(CustomerField::FirstName, FieldFormat::Text)
            }],
            max_cards: None,
            takes_share_token: false,
        };
        let answer = profile_for(&form, &Lists::default(), &BTreeMap::new(), "01kz");
        assert!(format!("{:?}", answer.err()).contains("first_name"));
    }
}
