use std::collections::BTreeMap;

use cardmux_domain::customer::Profile;
use cardmux_domain::customer::form::check;
use cardmux_provider_kit::json;

use super::*;

fn card_type(id: &str, model: &str) -> CardType {
    let json = format!(
        r#"{{"cardTypeId": {id}, "supportHolderRegin": ["DE", "RU"], "supportHolderAreaCode": ["+49"],
            "supportHolderNationality": ["DE", "FR"],
            "metadata": {{"cardHolderModel": "{model}", "cardHolderMaxCardLimit": 3}}}}"#
    );
    json::parse(json.as_bytes()).unwrap()
}

fn form_of(id: &str, model: &str) -> EnrolmentForm {
    form(&card_type(id, model)).unwrap().unwrap()
}

/// Every field as the dossier's section 6.2 wants it.
const GOOD: [(CustomerField, &str); 24] = {
    use CustomerField as F;
    [
        (F::PhoneDialCode, "+49"),
        (F::PhoneNumber, "15550001"),
        (F::Email, "ada@example.org"),
        (F::FirstName, "Ada Mary"),
        (F::LastName, "Example"),
        (F::BirthDate, "1990-02-03"),
        (F::AddressCountry, "DE"),
        (F::AddressCity, "DE-BE-10115"),
        (F::AddressLine1, "Some Street 12-14"),
        (F::AddressPostalCode, "10115"),
        (F::Nationality, "FR"),
        (F::Gender, "F"),
        (F::Occupation, "11-1011"),
        (F::AnnualIncome, "100000 USD"),
        (F::AccountPurpose, "Travel, and food."),
        (F::ExpectedMonthlyVolume, "2000 USD"),
        (F::IdentityKind, "PASSPORT"),
        (F::IdentityNumber, "X12345"),
        (F::IdentityIssuedOn, "2020-01-01"),
        (F::IdentityExpiresOn, "2040-01-01"),
        (F::IdentityFront, "file-1"),
        (F::IdentityBack, "file-1"),
        (F::IdentitySelfie, "file-2"),
        (F::IpAddress, "192.0.2.7"),
    ]
};

/// The codes of what is wrong, by field.
fn faults(
    form: &EnrolmentForm,
    change: Option<(CustomerField, &str)>,
) -> BTreeMap<CustomerField, &'static str> {
    let mut profile = Profile::default();
    for (field, value) in GOOD.into_iter().chain(change) {
        let value = Some(value).filter(|value| !value.is_empty());
        profile.set(field, value.map(str::to_owned));
    }
    let today = time::macros::date!(2026 - 07 - 01);
    let listed = |_: ReferenceList, code: &str| Some(code != "nowhere");
    check(&profile, &form.fields, today, &listed)
        .into_iter()
        .map(|fault| (fault.field, fault.code))
        .collect()
}

#[test]
fn patterns_are_regular_expressions() {
    let mut patterns = 0;
    for rule in form_of("111065", FULL).fields {
        if let Some(pattern) = rule.pattern {
            regex::Regex::new(&pattern).unwrap();
            patterns += 1;
        }
    }
    assert_eq!(patterns, 5);
}

#[test]
fn good_profile_passes_both_forms() {
    for model in [SHORT, FULL] {
        assert_eq!(faults(&form_of("111039", model), None), BTreeMap::new());
    }
    assert_eq!(form_of("111039", SHORT).max_cards, Some(3));
    assert_eq!(form_of("111039", SHORT).name, "B2B");
}

#[test]
fn each_documented_rule_refuses_its_violation() {
    use CustomerField as F;
    let form = form_of("111039", FULL);
    let long = |count: usize| "a".repeat(count);
    for (field, value, code) in [
        (F::PhoneDialCode, "+33", "not_allowed"),
        (F::PhoneDialCode, "+", "too_short"),
        (F::PhoneDialCode, "+12345", "too_long"),
        (F::PhoneNumber, "1234", "too_short"),
        (F::PhoneNumber, &"1".repeat(21), "too_long"),
        (F::Email, "a@b", "too_short"),
        (F::Email, "ada.example.org", "bad_format"),
        (F::Email, &format!("{}@example.org", long(39)), "too_long"),
        (F::FirstName, "A", "too_short"),
        (F::FirstName, "Zoë", "bad_character"),
        (F::FirstName, &long(33), "too_long"),
        (F::FirstName, &long(30), "too_long"),
        (F::LastName, "O'Neil", "bad_character"),
        (F::BirthDate, "03.02.1990", "bad_format"),
        (F::BirthDate, "2030-01-01", "out_of_range"),
        (F::AddressCountry, "US", "not_allowed"),
        // The provider lists it as supported, the restriction is stronger.
        (F::AddressCountry, "RU", "not_allowed"),
        (F::AddressCity, "nowhere", "unknown_code"),
        (F::AddressLine1, "Street 1, #2", "bad_character"),
        (F::AddressLine1, &long(41), "too_long"),
        (F::AddressPostalCode, "AB 12", "bad_character"),
        (F::AddressPostalCode, "1", "too_short"),
        (F::AddressPostalCode, &long(16), "too_long"),
        (F::Nationality, "US", "not_allowed"),
        (F::Gender, "X", "not_allowed"),
        (F::Occupation, "nowhere", "unknown_code"),
        (F::AnnualIncome, "100000", "bad_format"),
        (F::AccountPurpose, "旅行", "bad_character"),
        (F::ExpectedMonthlyVolume, "USD 5", "bad_format"),
        (F::IdentityKind, "LIBRARY_CARD", "not_allowed"),
        (F::IdentityNumber, "1", "too_short"),
        (F::IdentityNumber, &long(51), "too_long"),
        (F::IdentityIssuedOn, "2030-01-01", "out_of_range"),
        (F::IdentityExpiresOn, "2020-01-01", "out_of_range"),
        (F::IpAddress, "::1", "bad_format"),
        (F::VerificationProvider, "OTHER", "not_allowed"),
    ] {
        let found = faults(&form, Some((field, value)));
        assert_eq!(found.get(&field), Some(&code), "{field} {value}");
    }
}

#[test]
fn fields_of_a_form_are_compulsory_but_for_the_verification() {
    for (model, count) in [(SHORT, 10), (FULL, 24)] {
        let form = form_of("111039", model);
        let compulsory: Vec<_> = form.fields.iter().filter(|rule| rule.required).collect();
        assert_eq!(compulsory.len(), count);
        for rule in compulsory {
            let found = faults(&form, Some((rule.field, "")));
            assert_eq!(found.get(&rule.field), Some(&"required"), "{}", rule.field);
        }
    }
    let verified = faults(&form_of("111065", FULL), None);
    assert_eq!(
        verified.keys().copied().collect::<Vec<_>>(),
        [
            CustomerField::VerificationProvider,
            CustomerField::VerificationReference
        ]
    );
}

#[test]
fn form_asks_what_it_lists() {
    let short = form_of("111039", SHORT);
    for (field, _) in GOOD {
        let listed = short.fields.iter().any(|rule| rule.field == field);
        assert_eq!(asks(SHORT, field), listed, "{field}");
        assert!(asks(FULL, field));
    }
}

#[test]
fn form_without_a_name_is_none_and_an_unknown_one_an_error() {
    let mut unnamed = card_type("111039", SHORT);
    unnamed.metadata = None;
    assert_eq!(form(&unnamed).unwrap(), None);
    assert!(form(&card_type("111039", "B2G")).is_err());
}
