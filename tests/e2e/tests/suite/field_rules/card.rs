//! Rules of issuing a card and of changing it.

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::emulator::bought_card_number;
use cardmux_e2e::{Database, World, on_both_databases, people};
use serde_json::{Value, json};

use super::{Violation, merge, refuses};
use crate::setup;

on_both_databases! {
    field_rules_of_issuing_a_card,
    field_rules_of_amounts_and_notes,
    field_rules_of_controls,
    field_rules_of_pin_and_activation,
}

async fn field_rules_of_issuing_a_card(database: Database) {
    let world = World::start(database, setup()).await;
    let types = [
        "111001",
        "111080",
        "111090",
        "111099",
        people::SHORT_FORM,
        people::PHYSICAL,
    ];
    let mut ids = Vec::new();
    for provider_ref in types {
        ids.push(world.type_id(provider_ref).await);
    }
    let [virtual_, shared, gift, offline, named, physical] = ids.as_slice() else {
        panic!("as many ids as types");
    };
    let customer = people::with_short_form(&world.acme).await;
    let number = bought_card_number(3);
    let (last, wrong) = (&number[15..], if number.ends_with('0') { "1" } else { "0" });
    assert_ne!(last, wrong);
    let misprint = format!("{}{wrong}", &number[..15]);
    #[rustfmt::skip]
    let violations: [(&String, Violation); 21] = [
        (virtual_, (json!({ "initialBalance": usd("9.99") }), "/initialBalance/amount", "too_small")),
        (virtual_, (json!({ "initialBalance": usd("5000.01") }), "/initialBalance/amount", "too_large")),
        (virtual_, (json!({ "initialBalance": usd("50.001") }), "/initialBalance/amount", "too_many_decimals")),
        (virtual_, (json!({ "initialBalance": null }), "/initialBalance", "required")),
        (virtual_, (json!({ "initialBalance": { "amount": "50", "currency": "EUR" } }), "/initialBalance/currency", "currency_mismatch")),
        (virtual_, (json!({ "cardNumber": number }), "/cardNumber", "not_taken")),
        (virtual_, (json!({ "budgetId": "bud_01k9zr3m5wf0ks1b2c3d4e5f6g" }), "/budgetId", "not_taken")),
        (virtual_, (json!({ "customerId": "cus_01k9zr3m5wf0ks1b2c3d4e5f6g" }), "/customerId", "unknown")),
        (virtual_, (json!({ "typeId": "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g" }), "/typeId", "unknown")),
        (offline, (json!({}), "/typeId", "unavailable")),
        (shared, (json!({}), "/budgetId", "required")),
        (shared, (json!({ "budgetId": "bud_01k9zr3m5wf0ks1b2c3d4e5f6g" }), "/budgetId", "unknown")),
        (gift, (json!({ "initialBalance": usd("24.99") }), "/initialBalance/amount", "too_small")),
        (gift, (json!({ "initialBalance": usd("500.01") }), "/initialBalance/amount", "too_large")),
        (named, (json!({}), "/customerId", "required")),
        (physical, (json!({ "customerId": customer }), "/cardNumber", "required")),
        (physical, (json!({ "customerId": customer, "cardNumber": misprint }), "/cardNumber", "bad_format")),
        (physical, (json!({ "customerId": customer, "cardNumber": "40000500000000AB" }), "/cardNumber", "bad_format")),
        (physical, (json!({ "customerId": customer, "cardNumber": "40000500000" }), "/cardNumber", "bad_format")),
        (physical, (json!({ "customerId": customer, "cardNumber": "40000500000000000000" }), "/cardNumber", "bad_format")),
        (physical, (json!({ "cardNumber": number }), "/customerId", "required")),
    ];
    for (type_id, (change, pointer, code)) in violations {
        let mut body = json!({ "typeId": type_id, "initialBalance": usd("50.00") });
        merge(&mut body, &change);
        let request = world.acme.change("/v1/cards", &fresh_key(), &body);
        refuses(&world, request, &[(pointer, code)]).await;
    }
    assert!(world.acme.all("/v1/cards").await.is_empty());
}

async fn field_rules_of_amounts_and_notes(database: Database) {
    let world = World::start(database, setup()).await;
    let card = world.acme.issue(&world.usd_type, "50.00").await;
    let id = card["id"].as_str().unwrap();
    let money = |amount: &str| json!({ "amount": usd(amount) });
    let note = json!({ "note": "n".repeat(51) });
    let mut noted = money("20.00");
    merge(&mut noted, &note);
    #[rustfmt::skip]
    let violations: [(&str, Violation); 13] = [
        ("deposit", (money("9.99"), "/amount/amount", "too_small")),
        ("deposit", (money("10000.01"), "/amount/amount", "too_large")),
        ("deposit", (money("10.001"), "/amount/amount", "too_many_decimals")),
        ("deposit", (json!({ "amount": { "amount": "20", "currency": "EUR" } }), "/amount/currency", "currency_mismatch")),
        ("deposit", (json!({}), "/amount", "required")),
        ("deposit", (noted.clone(), "/note", "too_long")),
        ("withdraw", (money("0.00"), "/amount/amount", "not_positive")),
        ("withdraw", (money("0.009"), "/amount/amount", "too_many_decimals")),
        ("withdraw", (noted, "/note", "too_long")),
        ("freeze", (note.clone(), "/note", "too_long")),
        ("cancel", (note.clone(), "/note", "too_long")),
        ("note", (note, "/note", "too_long")),
        ("note", (json!({ "note": "a\u{7}b" }), "/note", "bad_character")),
    ];
    on_a_card(&world, id, violations).await;
}

async fn field_rules_of_controls(database: Database) {
    let world = World::start(database, setup().upstream()).await;
    let card = world.acme.issue(&world.usd_type, "50.00").await;
    let limit =
        |interval: &str, amount: &str| json!({ "interval": interval, "amount": usd(amount) });
    let limits = |limits: Value| json!({ "spendLimits": limits });
    #[rustfmt::skip]
    let violations = [
        (json!({ "allowedMccs": ["5999"], "blockedMccs": ["7995"] }), "/blockedMccs", "exclusive"),
        (json!({ "allowedMccs": ["5999"], "blockedMccs": [] }), "/blockedMccs", "exclusive"),
        (json!({ "allowedMccs": ["599"] }), "/allowedMccs/0", "bad_format"),
        (json!({ "blockedMccs": ["7995", "79a5"] }), "/blockedMccs/1", "bad_format"),
        (json!({ "blockedMccs": [7995] }), "/blockedMccs/0", "wrong_shape"),
        (limits(json!([limit("daily", "10.00")])), "/spendLimits/0/interval", "not_taken"),
        (limits(json!([limit("fortnightly", "10.00")])), "/spendLimits/0/interval", "bad_value"),
        (limits(json!([limit("per_transaction", "-1")])), "/spendLimits/0/amount/amount", "too_small"),
        (limits(json!([limit("per_transaction", "1.001")])), "/spendLimits/0/amount/amount", "too_many_decimals"),
        (limits(json!([limit("per_transaction", "1"), limit("per_transaction", "2")])), "/spendLimits", "repeated"),
        // A virtual card has no PIN.
        (json!({ "noPinLimit": usd("10.00") }), "/noPinLimit", "not_taken"),
        (json!({}), "", "empty"),
    ];
    let violations = violations.map(|violation| ("controls", violation));
    on_a_card(&world, card["id"].as_str().unwrap(), violations).await;

    // A type that takes none of it.
    let euro = json!({
        "typeId": world.eur_type, "initialBalance": { "amount": "50.00", "currency": "EUR" },
    });
    let card = world.acme.finished("/v1/cards", &euro).await.expect(201);
    let id = card["id"].as_str().unwrap();
    let path = format!("/v1/cards/{id}/controls");
    let calls = world.emulator.changes().await;
    let body = json!({ "blockedMccs": ["7995"] });
    let refused = world.acme.finished(&path, &body).await;
    refused.problem(501, "capability_unsupported");
    assert_eq!(world.emulator.changes().await, calls);
}

async fn field_rules_of_pin_and_activation(database: Database) {
    let world = World::start(database, setup()).await;
    let api = world.revealer().await;
    let type_id = world.type_id(people::PHYSICAL).await;
    let customer = people::with_full_form(&api, &type_id).await;
    people::approved(&api, &customer, &type_id).await;
    let body = json!({
        "typeId": type_id, "customerId": customer, "cardNumber": bought_card_number(4),
        "initialBalance": usd("50.00"),
    });
    let card = api.finished("/v1/cards", &body).await.expect(201);
    let id = card["id"].as_str().unwrap();
    let limit = |amount: &str| json!({ "noPinLimit": usd(amount) });
    #[rustfmt::skip]
    let mut violations: Vec<Violation> = vec![
        (json!({ "activationCode": null }), "/activationCode", "wrong_shape"),
        (json!({ "activationCode": "" }), "/activationCode", "bad_format"),
        (json!({ "activationCode": "1".repeat(65) }), "/activationCode", "bad_format"),
        (limit("-0.01"), "/noPinLimit/amount", "too_small"),
        (limit("2000.01"), "/noPinLimit/amount", "too_large"),
        (limit("1.001"), "/noPinLimit/amount", "too_many_decimals"),
        (json!({ "noPinLimit": { "amount": "1", "currency": "EUR" } }), "/noPinLimit/currency", "currency_mismatch"),
    ];
    violations.extend(weak_pins());
    let good = json!({ "activationCode": "123456", "pin": "258013" });
    let activations = violations.into_iter().map(|(change, pointer, code)| {
        let mut body = good.clone();
        merge(&mut body, &change);
        ("activate", (body, pointer, code))
    });
    on_a_card(&world, id, activations).await;
    let missing = [
        (
            "activate",
            (json!({ "pin": "258013" }), "/activationCode", "required"),
        ),
        (
            "activate",
            (json!({ "activationCode": "123456" }), "/pin", "required"),
        ),
    ];
    on_a_card(&world, id, missing).await;

    let challenges = format!("/v1/cards/{id}/challenges");
    let challenges = api.get(&challenges).await.expect(200);
    let code = &challenges["data"][0]["value"];
    let activate = json!({ "activationCode": code, "pin": "258013" });
    api.succeeds(&format!("/v1/cards/{id}/activate"), &activate)
        .await;
    api.settled(id, "active").await;
    let pins = weak_pins().into_iter().map(|violation| ("pin", violation));
    on_a_card(&world, id, pins).await;
    on_a_card(&world, id, [("pin", (json!({}), "/pin", "required"))]).await;
    let limits = [
        (limit("-0.01"), "/noPinLimit/amount", "too_small"),
        (limit("2000.01"), "/noPinLimit/amount", "too_large"),
    ];
    on_a_card(&world, id, limits.map(|limit| ("controls", limit))).await;
}

/// Six digits; no digit three times in a row, no rise or fall all the way, no block repeated.
fn weak_pins() -> Vec<Violation> {
    let pins = [
        ("", "bad_length"),
        ("25801", "bad_length"),
        ("2580134", "bad_length"),
        ("25801a", "bad_length"),
        ("111258", "repeated_digit"),
        ("258000", "repeated_digit"),
        ("123456", "sequence"),
        ("987654", "sequence"),
        ("121212", "repeated_block"),
        ("909090", "repeated_block"),
        ("123123", "repeated_block"),
    ];
    pins.map(|(pin, code)| (json!({ "pin": pin }), "/pin", code))
        .to_vec()
}

async fn on_a_card(
    world: &World,
    id: &str,
    violations: impl IntoIterator<Item = (&str, Violation)>,
) {
    for (change, (body, pointer, code)) in violations {
        let path = format!("/v1/cards/{id}/{change}");
        let request = world.acme.change(&path, &fresh_key(), &body);
        refuses(world, request, &[(pointer, code)]).await;
    }
    let card = world.acme.card(id).await;
    assert!(card["pendingOperation"].is_null(), "{card}");
}
