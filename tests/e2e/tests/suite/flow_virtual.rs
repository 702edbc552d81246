//! The first flow of seed 000: a virtual prepaid card, without a cardholder and with one.

use cardmux_e2e::api::{amount, usd};
use cardmux_e2e::emulator::WALLET;
use cardmux_e2e::{Database, Setup, World, on_both_databases, people};
use rust_decimal::dec;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    flow_of_a_virtual_card_without_cardholder_by_finhub,
    flow_of_a_virtual_card_without_cardholder_by_upstream,
    flow_of_a_virtual_card_with_cardholder_by_finhub,
    flow_of_a_virtual_card_with_cardholder_by_upstream,
}

async fn flow_of_a_virtual_card_without_cardholder_by_finhub(database: Database) {
    without_cardholder(database, setup()).await;
}

async fn flow_of_a_virtual_card_without_cardholder_by_upstream(database: Database) {
    without_cardholder(database, setup().upstream()).await;
}

async fn flow_of_a_virtual_card_with_cardholder_by_finhub(database: Database) {
    with_cardholder(database, setup()).await;
}

async fn flow_of_a_virtual_card_with_cardholder_by_upstream(database: Database) {
    with_cardholder(database, setup().upstream()).await;
}

async fn world_in_clear(database: Database, setup: Setup) -> World {
    let setup = setup.with("/tenants/acme/clear_reveal", json!(true));
    World::start(database, setup).await
}

async fn without_cardholder(database: Database, setup: Setup) {
    let world = world_in_clear(database, setup).await;
    let api = world.revealer().await;
    let card = api.issue(&world.usd_type, "50.00").await;
    assert_eq!(
        (&card["model"], &card["form"], &card["enrolmentId"]),
        (&json!("card"), &json!("virtual"), &Value::Null)
    );
    let id = card["id"].as_str().unwrap();
    let path = |change: &str| format!("/v1/cards/{id}/{change}");

    let balance = api.get(&path("balance")).await.expect(200);
    assert_eq!(balance["amount"], "50.00");
    assert_reveals_everything(
        &world,
        &api.finished(&path("reveal"), &json!({})).await.expect(200),
    );

    api.succeeds(&path("deposit"), &json!({ "amount": usd("20.00") }))
        .await;
    api.succeeds(&path("withdraw"), &json!({ "amount": usd("10.00") }))
        .await;
    controls_and_note(&world, id).await;
    api.succeeds(&path("freeze"), &json!({})).await;
    api.settled(id, "frozen").await;
    api.succeeds(&path("unfreeze"), &json!({})).await;
    api.settled(id, "active").await;

    // It has neither PIN nor activation, which nobody has to ask the provider.
    let calls = world.emulator.changes().await;
    let pin = json!({ "pin": "258013" });
    let refused = api.finished(&path("pin"), &pin).await;
    refused.problem(501, "capability_unsupported");
    let activation = json!({ "activationCode": "123456", "pin": "258013" });
    let refused = api.finished(&path("activate"), &activation).await;
    refused.problem(501, "capability_unsupported");
    assert_eq!(world.emulator.changes().await, calls);

    let cancelled = api.succeeds(&path("cancel"), &json!({})).await;
    assert_eq!(amount(&cancelled["received"]), dec!(60), "{cancelled}");
    api.settled(id, "cancelled").await;
    let state = world.emulator.state().await;
    state.assert_ledger_adds_up();
    // The price, and the top-up's 1.5 % and 0.30.
    assert_eq!(WALLET - state.wallet("USD"), dec!(5) + dec!(0.60));
}

/// Set, replaced and lifted; each time the provider's own answer is what the card shows.
async fn controls_and_note(world: &World, id: &str) {
    let api = &world.acme;
    let path = |change: &str| format!("/v1/cards/{id}/{change}");
    let limit = json!([{ "interval": "per_transaction", "amount": usd("40.00") }]);
    let change = json!({ "spendLimits": limit, "blockedMccs": ["7995", "5999"] });
    api.succeeds(&path("controls"), &change).await;
    let shown = |wanted: Value| async move {
        let is = |card: &Value| {
            let mut wanted = wanted.as_object().unwrap().iter();
            wanted.all(|(name, value)| card["controls"][name] == *value)
        };
        api.card_when(id, is).await
    };
    shown(json!({ "spendLimits": limit, "blockedMccs": ["7995", "5999"], "allowedMccs": [] }))
        .await;

    let change = json!({ "allowedMccs": ["5999"] });
    api.succeeds(&path("controls"), &change).await;
    shown(json!({ "spendLimits": limit, "blockedMccs": [], "allowedMccs": ["5999"] })).await;

    let change = json!({ "allowedMccs": [], "spendLimits": [] });
    api.succeeds(&path("controls"), &change).await;
    shown(json!({ "spendLimits": [], "blockedMccs": [], "allowedMccs": [] })).await;

    api.succeeds(&path("note"), &json!({ "note": "for the office" }))
        .await;
    api.card_when(id, |card| card["note"] == "for the office")
        .await;
}

async fn with_cardholder(database: Database, setup: Setup) {
    let world = world_in_clear(database, setup).await;
    let api = world.revealer().await;
    let type_id = world.type_id(people::SHORT_FORM).await;
    let card_type = api
        .get(&format!("/v1/card-types/{type_id}"))
        .await
        .expect(200);
    assert_eq!(card_type["requirements"], json!(["cardholder"]));
    assert_eq!(card_type["enrolment"]["name"], "B2B");
    let customer = people::with_short_form(&api).await;
    let enrolment = people::approved(&api, &customer, &type_id).await;

    for cards in 1..=2 {
        let body = json!({
            "typeId": type_id, "customerId": customer, "initialBalance": usd("50.00"),
        });
        let card = api.finished("/v1/cards", &body).await.expect(201);
        assert_eq!(
            (&card["status"], &card["customerId"], &card["enrolmentId"]),
            (&json!("active"), &json!(customer), &enrolment["id"])
        );
        let state = world.emulator.state().await;
        let emulated = state.card(card["provider"]["ref"].as_str().unwrap());
        let holder = emulated.holder_id.expect("the card has a holder");
        assert_eq!(enrolment["providerRef"], holder.to_string());
        assert_eq!((state.cards.len(), state.holders.len()), (cards, 1));
        let path = format!("/v1/cards/{}/reveal", card["id"].as_str().unwrap());
        assert_reveals_everything(&world, &api.finished(&path, &json!({})).await.expect(200));
    }
}

/// Number, CVV and expiry, as the provider made them for one of its cards.
fn assert_reveals_everything(world: &World, revealed: &Value) {
    let saved = world.emulator.saved();
    let cards = saved["provider"]["cards"].as_array().unwrap();
    let is_it =
        |card: &&Value| card["number"] == revealed["number"] && card["cvv"] == revealed["cvv"];
    assert!(
        cards.iter().any(|card| is_it(&card)),
        "not a card's secrets"
    );
    let expiry = revealed["expiry"].as_str().unwrap();
    assert!(
        matches!(expiry.split_once('/'), Some((month, year)) if month.len() == 2 && year.len() == 4)
    );
    assert_eq!(revealed["redemptionUrl"], Value::Null);
}
