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

fn code_of(rule: &FieldRule, value: &str) -> Option<&'static str> {
    let mut profile = Profile::default();
    profile.set(rule.field, Some(value.to_owned()));
    profile.set(CustomerField::LastName, Some("Lovelace".to_owned()));
    let today = time::macros::date!(2026 - 11 - 21);
    let listed = |_, code: &str| Some(code == "listed");
    let faults = check(&profile, std::slice::from_ref(rule), today, &listed);
    assert!(!faults.iter().any(|f| f.detail.contains("hush")));
    faults.first().map(|fault| fault.code)
}

#[test]
fn formats_take_what_fits_and_nothing_else() {
    use FieldFormat as F;
    for (format, good, bad) in [
        (F::Email, "a@b.co", "a@b"),
        (F::Email, "a.b+c@d.e.f", "a b@c.de"),
        (F::PastDate, "1990-02-28", "1990-02-30"),
        (F::Country, "DE", "DEU"),
        (F::DialCode, "+49", "49"),
        (F::PhoneNumber, "15112345", "151-123"),
        (F::Money, "100000 USD", "100000"),
        (F::Ipv4, "192.0.2.1", "::1"),
        (F::Text, "hush", "hu\u{7}sh"),
    ] {
        let rule = rule(CustomerField::FirstName, format);
        assert_eq!(code_of(&rule, good), None, "{format} {good}");
        assert!(code_of(&rule, bad).is_some(), "{format} {bad}");
    }
    let past = rule(CustomerField::BirthDate, F::PastDate);
    assert_eq!(code_of(&past, "2026-11-21"), Some("out_of_range"));
    let future = rule(CustomerField::IdentityExpiresOn, F::FutureDate);
    assert_eq!(code_of(&future, "2026-11-21"), Some("out_of_range"));
    assert_eq!(code_of(&future, "2026-11-22"), None);
}

#[test]
fn every_bound_has_its_code() {
    let text = rule(CustomerField::FirstName, FieldFormat::Text);
    let bounded = FieldRule {
        min_length: Some(2),
        max_length: Some(8),
        pattern: Some("^[A-Za-z]+$".to_owned()),
        denied: vec!["Denied".to_owned()],
        joint_length: Some(JointLength {
            with: CustomerField::LastName,
            max: 12,
        }),
        ..text.clone()
    };
    assert_eq!(code_of(&bounded, ""), Some("required"));
    assert_eq!(code_of(&bounded, "A"), Some("too_short"));
    assert_eq!(code_of(&bounded, "Abcdefghi"), Some("too_long"));
    assert_eq!(code_of(&bounded, "hush1"), Some("bad_character"));
    assert_eq!(code_of(&bounded, "Denied"), Some("not_allowed"));
    assert_eq!(code_of(&bounded, "Abcd"), Some("too_long"), "joint length");
    assert_eq!(code_of(&bounded, "Ada"), None);
    let choice = FieldRule {
        allowed: vec!["M".to_owned(), "F".to_owned()],
        ..text.clone()
    };
    assert_eq!(code_of(&choice, "X"), Some("not_allowed"));
    let reference = FieldRule {
        reference: Some(ReferenceList::Cities),
        ..text
    };
    assert_eq!(code_of(&reference, "Berlin"), Some("unknown_code"));
    assert_eq!(code_of(&reference, "listed"), None);
}

#[test]
fn two_fields_that_are_too_long_together_are_one_fault() {
    use CustomerField::{FirstName, LastName};
    let joint = |field, with| FieldRule {
        max_length: Some(8),
        joint_length: Some(JointLength { with, max: 12 }),
        ..rule(field, FieldFormat::Text)
    };
    let rules = [joint(FirstName, LastName), joint(LastName, FirstName)];
    let today = time::macros::date!(2026 - 11 - 21);
    let blamed = |first: &str, last: &str| {
        let mut profile = Profile::default();
        profile.set(FirstName, Some(first.to_owned()));
        profile.set(LastName, Some(last.to_owned()));
        let faults = check(&profile, &rules, today, &|_, _| None);
        faults.iter().map(|f| f.field).collect::<Vec<_>>()
    };
    assert_eq!(blamed("Abcdef", "Ghijkl"), [FirstName]);
    assert_eq!(blamed("Ab", "Cdefghijklm"), [LastName], "by itself");
    assert_eq!(blamed("Abcdef", "Ghijk"), []);
}

#[test]
fn field_that_is_not_required_may_be_absent() {
    let optional = FieldRule {
        required: false,
        ..rule(CustomerField::Gender, FieldFormat::Text)
    };
    let today = time::macros::date!(2026 - 11 - 21);
    assert!(check(&Profile::default(), &[optional], today, &|_, _| None).is_empty());
}
