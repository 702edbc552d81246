//! Rules of the two forms of a cardholder, broken one at a time by a customer who is right otherwise.

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::{Database, World, on_both_databases, people};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Violation, refuses};
use crate::setup;

on_both_databases! {
    field_rules_of_the_short_form,
    field_rules_of_the_full_form,
}

#[rustfmt::skip]
fn of_the_short_form() -> Vec<Violation> {
    let long = |length| "a".repeat(length);
    let phone = |phone: Value| json!({ "phone": phone });
    let address = |address: Value| json!({ "address": address });
    vec![
        (phone(json!({ "dialCode": null })), "/customer/phone/dialCode", "required"),
        (phone(json!({ "dialCode": "+" })), "/customer/phone/dialCode", "too_short"),
        (phone(json!({ "dialCode": "+12345" })), "/customer/phone/dialCode", "too_long"),
        (phone(json!({ "dialCode": "0049" })), "/customer/phone/dialCode", "bad_format"),
        (phone(json!({ "dialCode": "+33" })), "/customer/phone/dialCode", "not_allowed"),
        (phone(json!({ "number": null })), "/customer/phone/number", "required"),
        (phone(json!({ "number": "1234" })), "/customer/phone/number", "too_short"),
        (phone(json!({ "number": "1".repeat(21) })), "/customer/phone/number", "too_long"),
        (phone(json!({ "number": "151-1234" })), "/customer/phone/number", "bad_format"),
        (json!({ "email": null }), "/customer/email", "required"),
        (json!({ "email": "a@b" }), "/customer/email", "too_short"),
        (json!({ "email": format!("{}@example.com", long(39)) }), "/customer/email", "too_long"),
        (json!({ "email": "ada.example.com" }), "/customer/email", "bad_format"),
        (json!({ "firstName": null }), "/customer/firstName", "required"),
        (json!({ "firstName": "A" }), "/customer/firstName", "too_short"),
        (json!({ "firstName": long(33) }), "/customer/firstName", "too_long"),
        (json!({ "firstName": "Zoë" }), "/customer/firstName", "bad_character"),
        (json!({ "lastName": null }), "/customer/lastName", "required"),
        (json!({ "lastName": "L" }), "/customer/lastName", "too_short"),
        (json!({ "lastName": long(33) }), "/customer/lastName", "too_long"),
        (json!({ "lastName": "O'Neil" }), "/customer/lastName", "bad_character"),
        // Each fits; with the space there are 33 characters.
        (json!({ "firstName": long(16), "lastName": long(16) }), "/customer/firstName", "too_long"),
        (json!({ "birthDate": null }), "/customer/birthDate", "required"),
        (json!({ "birthDate": "10.12.1990" }), "/customer/birthDate", "bad_format"),
        (json!({ "birthDate": "1990-02-30" }), "/customer/birthDate", "bad_format"),
        (json!({ "birthDate": "2090-01-01" }), "/customer/birthDate", "out_of_range"),
        (address(json!({ "country": null })), "/customer/address/country", "required"),
        (address(json!({ "country": "DEU" })), "/customer/address/country", "bad_format"),
        (address(json!({ "country": "AU" })), "/customer/address/country", "not_allowed"),
        (address(json!({ "country": "IR" })), "/customer/address/country", "not_allowed"),
        (address(json!({ "city": null })), "/customer/address/city", "required"),
        // A name, a province, and a city of another country.
        (address(json!({ "city": "Berlin" })), "/customer/address/city", "unknown_code"),
        (address(json!({ "city": "DE-BE" })), "/customer/address/city", "unknown_code"),
        (address(json!({ "city": "US-CA-06037" })), "/customer/address/city", "unknown_code"),
        (address(json!({ "line1": null })), "/customer/address/line1", "required"),
        (address(json!({ "line1": "A" })), "/customer/address/line1", "too_short"),
        (address(json!({ "line1": long(41) })), "/customer/address/line1", "too_long"),
        (address(json!({ "line1": "Main St. 5, #2" })), "/customer/address/line1", "bad_character"),
        (address(json!({ "postalCode": null })), "/customer/address/postalCode", "required"),
        (address(json!({ "postalCode": "1" })), "/customer/address/postalCode", "too_short"),
        (address(json!({ "postalCode": "1".repeat(16) })), "/customer/address/postalCode", "too_long"),
        (address(json!({ "postalCode": "10-115" })), "/customer/address/postalCode", "bad_character"),
    ]
}

#[rustfmt::skip]
fn of_the_full_form() -> Vec<Violation> {
    let identity = |identity: Value| json!({ "identity": identity });
    vec![
        (json!({ "nationality": null }), "/customer/nationality", "required"),
        (json!({ "nationality": "German" }), "/customer/nationality", "bad_format"),
        (json!({ "nationality": "AU" }), "/customer/nationality", "not_allowed"),
        (json!({ "nationality": "IR" }), "/customer/nationality", "not_allowed"),
        (json!({ "gender": null }), "/customer/gender", "required"),
        (json!({ "gender": "X" }), "/customer/gender", "not_allowed"),
        (json!({ "occupation": null }), "/customer/occupation", "required"),
        (json!({ "occupation": "Engineer" }), "/customer/occupation", "unknown_code"),
        (json!({ "annualIncome": null }), "/customer/annualIncome", "required"),
        (json!({ "annualIncome": usd("-1") }), "/customer/annualIncome", "bad_format"),
        (json!({ "accountPurpose": null }), "/customer/accountPurpose", "required"),
        (json!({ "accountPurpose": "旅行" }), "/customer/accountPurpose", "bad_character"),
        (json!({ "expectedMonthlyVolume": null }), "/customer/expectedMonthlyVolume", "required"),
        (json!({ "expectedMonthlyVolume": usd("-1") }), "/customer/expectedMonthlyVolume", "bad_format"),
        (identity(json!({ "kind": null })), "/customer/identity/kind", "required"),
        (identity(json!({ "kind": "LIBRARY_CARD" })), "/customer/identity/kind", "not_allowed"),
        (identity(json!({ "number": null })), "/customer/identity/number", "required"),
        (identity(json!({ "number": "1" })), "/customer/identity/number", "too_short"),
        (identity(json!({ "number": "1".repeat(51) })), "/customer/identity/number", "too_long"),
        (identity(json!({ "issuedOn": null })), "/customer/identity/issuedOn", "required"),
        (identity(json!({ "issuedOn": "2020-1-1" })), "/customer/identity/issuedOn", "bad_format"),
        (identity(json!({ "issuedOn": "2090-01-01" })), "/customer/identity/issuedOn", "out_of_range"),
        (identity(json!({ "expiresOn": null })), "/customer/identity/expiresOn", "required"),
        (identity(json!({ "expiresOn": "never" })), "/customer/identity/expiresOn", "bad_format"),
        (identity(json!({ "expiresOn": "2020-01-01" })), "/customer/identity/expiresOn", "out_of_range"),
        (identity(json!({ "front": null })), "/customer/identity/front", "required"),
        (identity(json!({ "back": null })), "/customer/identity/back", "required"),
        (identity(json!({ "selfie": null })), "/customer/identity/selfie", "required"),
        (json!({ "ipAddress": null }), "/customer/ipAddress", "required"),
        (json!({ "ipAddress": "::1" }), "/customer/ipAddress", "bad_format"),
        // Compulsory for 111065 alone.
        (json!({ "verification": { "provider": null } }), "/customer/verification/provider", "required"),
        (json!({ "verification": { "provider": "SOMEBODY" } }), "/customer/verification/provider", "not_allowed"),
        (json!({ "verification": { "reference": null } }), "/customer/verification/reference", "required"),
    ]
}

/// The form of an amount, and whose document it is, are no matter of the card type: the customer is
/// not even kept like that.
#[rustfmt::skip]
fn of_every_customer() -> Vec<Violation> {
    let lots = |currency: &str| json!({ "amount": "100000", "currency": currency });
    vec![
        (json!({ "annualIncome": "100000 USD" }), "/annualIncome", "wrong_shape"),
        (json!({ "annualIncome": { "amount": "100000" } }), "/annualIncome/currency", "required"),
        (json!({ "annualIncome": lots("dollars") }), "/annualIncome/currency", "unknown_currency"),
        (json!({ "annualIncome": usd("100,000") }), "/annualIncome/amount", "bad_amount"),
        (json!({ "expectedMonthlyVolume": usd("some") }), "/expectedMonthlyVolume/amount", "bad_amount"),
        (json!({ "identity": { "front": "doc_01k9zr3m5wf0ks1b2c3d4e5f6g" } }), "/identity/front", "unknown"),
        (json!({ "firstName": "" }), "/firstName", "empty"),
        (json!({ "accountPurpose": "a".repeat(501) }), "/accountPurpose", "too_long"),
    ]
}

async fn field_rules_of_the_short_form(database: Database) {
    let world = World::start(database, setup()).await;
    let type_id = world.type_id(people::SHORT_FORM).await;
    let customer = people::with_short_form(&world.acme).await;
    let form = Form::new(&world, &type_id, &customer).await;
    for violation in of_the_short_form() {
        form.refuses(violation).await;
    }
    form.is_right_otherwise().await;
}

async fn field_rules_of_the_full_form(database: Database) {
    let world = World::start(database, setup().upstream()).await;
    let type_id = world.type_id(people::FULL_FORM).await;
    let customer = people::with_full_form(&world.acme, &type_id).await;
    let form = Form::new(&world, &type_id, &customer).await;
    let both = of_the_short_form().into_iter().chain(of_the_full_form());
    for violation in both {
        form.refuses(violation).await;
    }
    let path = format!("/v1/customers/{customer}");
    for (change, pointer, code) in of_every_customer() {
        let request = world.acme.request(Method::PATCH, &path).json(&change);
        refuses(&world, request, &[(pointer, code)]).await;
    }
    form.is_right_otherwise().await;

    // Of the other type with this form, nobody asks who verified the customer before.
    let physical = world.type_id(people::PHYSICAL).await;
    let unverified = json!({ "verification": null });
    people::patch(&world.acme, &customer, &unverified).await;
    people::approved(&world.acme, &customer, &physical).await;
}

/// An enrolment that would be taken.
struct Form<'w> {
    world: &'w World,
    path: String,
    customer: String,
    type_id: String,
    /// What the customer said of themselves, all of it right.
    good: Value,
}

impl<'w> Form<'w> {
    async fn new(world: &'w World, type_id: &str, customer: &str) -> Self {
        let path = format!("/v1/customers/{customer}");
        let mut good = world.acme.get(&path).await.expect(200);
        let all = good.as_object_mut().unwrap();
        for own in ["id", "kind", "version", "createdAt", "updatedAt"] {
            all.remove(own);
        }
        Self {
            world,
            path,
            customer: customer.to_owned(),
            type_id: type_id.to_owned(),
            good,
        }
    }

    async fn refuses(&self, (change, pointer, code): Violation) {
        let acme = &self.world.acme;
        people::patch(acme, &self.customer, &change).await;
        let body = json!({ "typeId": self.type_id });
        let path = format!("{}/enrolments", self.path);
        let request = acme.change(&path, &fresh_key(), &body);
        refuses(self.world, request, &[(pointer, code)]).await;
        people::patch(acme, &self.customer, &self.good).await;
    }

    /// Or every refusal could have had another reason.
    async fn is_right_otherwise(&self) {
        let acme = &self.world.acme;
        assert!(acme.all("/v1/enrolments").await.is_empty());
        people::approved(acme, &self.customer, &self.type_id).await;
    }
}
