//! Every documented field rule (dossier 6.2, 7.5, 7.6), broken once: a 4xx that names the field and
//! the rule, and nothing else, before anybody is called.

use cardmux_e2e::api::{Answer, fresh_key, usd};
use cardmux_e2e::{Database, World, on_both_databases, people};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::setup;

mod card;
mod customer;

on_both_databases! {
    field_rules_broken_together_are_told_together,
}

/// A change of what is right, and what is said of it: pointer and code.
type Violation = (Value, &'static str, &'static str);

async fn field_rules_broken_together_are_told_together(database: Database) {
    let world = World::start(database, setup()).await;
    let type_id = world.type_id(people::FULL_FORM).await;
    let customer = json!({
        "kind": "individual", "firstName": "A", "email": "ada", "phone": { "dialCode": "+33" },
        "address": { "country": "DE", "city": "Berlin", "line1": "No. 5" }, "gender": "X",
        "identity": { "issuedOn": "2090-01-01", "expiresOn": "2020-01-01" },
    });
    let customer = people::create(&world.acme, &customer).await;
    let path = format!("/v1/customers/{customer}/enrolments");
    let enrol = json!({ "typeId": type_id });
    let request = world.acme.change(&path, &fresh_key(), &enrol);
    let every = [
        ("/customer/phone/dialCode", "not_allowed"),
        ("/customer/phone/number", "required"),
        ("/customer/email", "too_short"),
        ("/customer/firstName", "too_short"),
        ("/customer/lastName", "required"),
        ("/customer/birthDate", "required"),
        ("/customer/address/city", "unknown_code"),
        ("/customer/address/line1", "bad_character"),
        ("/customer/address/postalCode", "required"),
        ("/customer/nationality", "required"),
        ("/customer/gender", "not_allowed"),
        ("/customer/occupation", "required"),
        ("/customer/annualIncome", "required"),
        ("/customer/accountPurpose", "required"),
        ("/customer/expectedMonthlyVolume", "required"),
        ("/customer/identity/kind", "required"),
        ("/customer/identity/number", "required"),
        ("/customer/identity/issuedOn", "out_of_range"),
        ("/customer/identity/expiresOn", "out_of_range"),
        ("/customer/ipAddress", "required"),
        ("/customer/verification/provider", "required"),
        ("/customer/verification/reference", "required"),
        ("/customer/identity/front", "required"),
        ("/customer/identity/back", "required"),
        ("/customer/identity/selfie", "required"),
    ];
    refuses(&world, request, &every).await;

    let physical = world.type_id(people::PHYSICAL).await;
    let card = json!({
        "typeId": physical, "cardNumber": "4000050000000000", "initialBalance": usd("5.001"),
        "budgetId": "bud_01k9zr3m5wf0ks1b2c3d4e5f6g", "label": "x".repeat(201),
    });
    let every = [
        ("/initialBalance/amount", "too_many_decimals"),
        ("/initialBalance/amount", "too_small"),
        ("/label", "too_long"),
        ("/cardNumber", "bad_format"),
        ("/customerId", "required"),
        ("/budgetId", "not_taken"),
    ];
    let request = world.acme.change("/v1/cards", &fresh_key(), &card);
    refuses(&world, request, &every).await;
}

/// One problem with exactly these entries, in that order, and nobody was called.
async fn refuses(world: &World, request: RequestBuilder, expected: &[(&str, &str)]) {
    let calls = world.emulator.changes().await;
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 422, "{expected:?}: {}", answer.text);
    let problem = answer.problem(422, "invalid_request");
    let errors = problem["errors"].as_array().unwrap();
    let named: Vec<_> = errors
        .iter()
        .map(|error| {
            (
                error["pointer"].as_str().unwrap(),
                error["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(named, expected, "{problem}");
    assert!(
        errors.iter().all(|error| error["detail"]
            .as_str()
            .is_some_and(|said| !said.is_empty())),
        "{problem}"
    );
    assert_eq!(world.emulator.changes().await, calls, "{expected:?}");
}

fn merge(body: &mut Value, change: &Value) {
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
}
