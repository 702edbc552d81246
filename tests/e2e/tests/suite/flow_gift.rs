//! The fourth flow of seed 000: a gift card, which is a redemption URL and little else.

use cardmux_e2e::api::{amount, usd};
use cardmux_e2e::emulator::WALLET;
use cardmux_e2e::{Database, Setup, World, on_both_databases};
use rust_decimal::dec;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    flow_of_a_gift_card_by_finhub,
    flow_of_a_gift_card_by_upstream,
}

async fn flow_of_a_gift_card_by_finhub(database: Database) {
    gift(database, setup()).await;
}

async fn flow_of_a_gift_card_by_upstream(database: Database) {
    gift(database, setup().upstream()).await;
}

async fn gift(database: Database, setup: Setup) {
    let setup = setup.with("/tenants/acme/clear_reveal", json!(true));
    let world = World::start(database, setup).await;
    let api = world.revealer().await;
    let type_id = world.type_id("111090").await;
    let card = api.issue(&type_id, "25.00").await;
    assert_eq!(
        (&card["model"], &card["form"]),
        (&json!("gift"), &json!("virtual"))
    );
    let id = card["id"].as_str().unwrap();
    let path = |change: &str| format!("/v1/cards/{id}/{change}");

    let revealed = api.finished(&path("reveal"), &json!({})).await.expect(200);
    let parts: Vec<&String> = revealed.as_object().unwrap().keys().collect();
    assert_eq!(parts, ["redemptionUrl"]);
    let url = revealed["redemptionUrl"].as_str().unwrap();
    assert!(url.starts_with("https://"), "{url}");
    basic_info_is_there(&world, id).await;

    refuses_what_gift_cards_cannot(&world, &type_id, id).await;

    let cancelled = api.succeeds(&path("cancel"), &json!({})).await;
    assert_eq!(cancelled["received"], usd("25.00"), "{cancelled}");
    let card = api
        .card_when(id, |card| card["providerStatus"] == "cancel")
        .await;
    assert_eq!(card["status"], "cancelled");
    assert_eq!(amount(&card["balance"]), dec!(0), "{card}");
    let state = world.emulator.state().await;
    state.assert_ledger_adds_up();
    assert_eq!(WALLET - state.wallet("USD"), dec!(2), "the price alone");
}

async fn basic_info_is_there(world: &World, id: &str) {
    let card = world
        .acme
        .card_when(id, |card| card["providerStatus"] == "Normal")
        .await;
    assert_eq!(card["last4"], Value::Null, "{card}");
    // Of a gift card the provider tells a basic status only, and whoever has the URL spends it.
    let balance = world.acme.get(&format!("/v1/cards/{id}/balance")).await;
    balance.problem(501, "capability_unsupported");
}

/// With the reason, and before anybody is called.
async fn refuses_what_gift_cards_cannot(world: &World, type_id: &str, id: &str) {
    let path = format!("/v1/card-types/{type_id}");
    let card_type = world.acme.get(&path).await.expect(200);
    let able = card_type["capabilities"].as_array().unwrap();
    let calls = world.emulator.changes().await;
    let money = json!({ "amount": usd("25.00") });
    for (change, kind, body) in [
        ("deposit", "deposit", money.clone()),
        ("withdraw", "withdraw", money),
        ("freeze", "freeze", json!({})),
        ("unfreeze", "unfreeze", json!({})),
        (
            "controls",
            "update_controls",
            json!({ "blockedMccs": ["7995"] }),
        ),
    ] {
        assert!(!able.contains(&json!(kind)), "{able:?}");
        let path = format!("/v1/cards/{id}/{change}");
        let refused = world.acme.finished(&path, &body).await;
        let refused = refused.problem(501, "capability_unsupported");
        let why = refused["detail"].as_str().unwrap();
        assert!(why.contains(kind) && why.contains("gift"), "{why}");
    }
    assert_eq!(world.emulator.changes().await, calls);
    let list = format!("/v1/operations?cardId={id}");
    assert_eq!(
        world.acme.all(&list).await.len(),
        1,
        "nothing but its issue"
    );
}
