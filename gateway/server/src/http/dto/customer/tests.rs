use cardmux_domain::customer::{CustomerField, CustomerKind, Profile};
use cardmux_domain::id::fresh;
use cardmux_domain::time::Timestamp;
use serde_json::{Value, json};
use strum::VariantArray as _;

use super::*;
use crate::app::Place;

fn customer(profile: Profile) -> Customer {
    Customer {
        id: fresh(),
        tenant: "acme".parse().unwrap(),
        kind: CustomerKind::Individual,
        external_id: None,
        metadata: BTreeMap::new(),
        profile,
        erased_at: None,
        version: 1,
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
    }
}

/// What the profile keeps, and what JSON shows.
fn sample(field: CustomerField) -> (String, Value) {
    let monies = [
        CustomerField::AnnualIncome,
        CustomerField::ExpectedMonthlyVolume,
    ];
    if monies.contains(&field) {
        let shown = json!({ "amount": "100000.50", "currency": "USD" });
        return ("100000.5 USD".to_owned(), shown);
    }
    (format!("a {field}"), json!(format!("a {field}")))
}

/// `value` at `pointer`, in objects made for it.
fn at(pointer: &str, value: Value) -> Value {
    let names = pointer.trim_start_matches('/').rsplit('/');
    names.fold(value, |inner, name| json!({ name: inner }))
}

fn create(body: Value) -> Result<CustomerRequest, AppError> {
    serde_json::from_value::<CreateCustomerBody>(body)
        .unwrap()
        .parse()
}

fn patch(body: Value) -> Result<CustomerPatch, AppError> {
    serde_json::from_value::<PatchCustomerBody>(body)
        .unwrap()
        .parse()
}

fn pointers(error: AppError) -> Vec<String> {
    let AppError::Invalid(problems) = error else {
        panic!("{error:?}");
    };
    let pointer = |problem: FieldProblem| match problem.place {
        Place::Pointer(pointer) => pointer,
        Place::Parameter(name) => name,
        Place::Header(name) => name.to_owned(),
    };
    problems.into_iter().map(pointer).collect()
}

#[test]
fn field_of_a_profile_is_shown_at_its_pointer_and_nowhere_else() {
    for field in CustomerField::VARIANTS {
        let (kept, shown) = sample(*field);
        let mut profile = Profile::default();
        profile.set(*field, Some(kept));
        let json = serde_json::to_value(CustomerDto::from(customer(profile))).unwrap();
        for other in CustomerField::VARIANTS {
            let found = json.pointer(other.pointer()).cloned().unwrap_or_default();
            let expected = if other == field { &shown } else { &Value::Null };
            assert_eq!(&found, expected, "{field} at {}", other.pointer());
        }
    }
}

#[test]
fn field_in_a_body_reaches_the_profile() {
    for field in CustomerField::VARIANTS {
        let (kept, shown) = sample(*field);
        let mut body = at(field.pointer(), shown);
        let patched = patch(body.clone()).unwrap().profile;
        assert_eq!(patched, [(*field, Some(kept.clone()))]);

        body["kind"] = json!("individual");
        let mut expected = Profile::default();
        expected.set(*field, Some(kept.clone()));
        let made = create(body).unwrap().profile;
        assert!(made == expected, "{field}");
        assert_eq!(made.get(*field), Some(kept.as_str()));
    }
}

#[test]
fn patch_with_null_removes_and_without_the_field_leaves() {
    assert!(patch(json!({})).unwrap().profile.is_empty());
    assert!(patch(json!({ "phone": {} })).unwrap().profile.is_empty());
    for field in CustomerField::VARIANTS {
        let removed = patch(at(field.pointer(), Value::Null)).unwrap().profile;
        assert_eq!(removed, [(*field, None)]);
    }
    for field in CustomerField::VARIANTS {
        let Some((object, _)) = field.pointer().trim_start_matches('/').split_once('/') else {
            continue;
        };
        let within = |other: &&CustomerField| other.pointer().starts_with(&format!("/{object}/"));
        let all: Vec<_> = CustomerField::VARIANTS.iter().filter(within).collect();
        let removed = patch(json!({ object: null })).unwrap().profile;
        assert_eq!(removed.len(), all.len(), "{object}");
        assert!(removed.iter().all(|(f, v)| all.contains(&f) && v.is_none()));
    }
}

#[test]
fn create_with_null_is_as_without() {
    let body = json!({ "kind": "business", "phone": null, "email": null, "annualIncome": null });
    let made = create(body).unwrap();
    assert_eq!(made.kind, CustomerKind::Business);
    assert!(made.profile.is_empty());
}

#[test]
fn everything_wrong_with_a_body_is_named_at_once() {
    let body = json!({
        "kind": "robot",
        "annualIncome": { "amount": "much", "currency": "USD" },
        "expectedMonthlyVolume": { "amount": "5", "currency": "dollars" },
    });
    let expected = [
        "/kind",
        "/annualIncome/amount",
        "/expectedMonthlyVolume/currency",
    ];
    assert_eq!(pointers(create(body).unwrap_err()), expected);
}

#[test]
fn unknown_field_is_refused_inside_an_object_too() {
    for body in [
        json!({ "middleName": "A" }),
        json!({ "address": { "line2": "x" } }),
    ] {
        assert!(serde_json::from_value::<PatchCustomerBody>(body).is_err());
    }
}
