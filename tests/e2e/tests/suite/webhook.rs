//! Webhooks before the answer, twice, out of order, late and never: the end is the same.

use cardmux_e2e::api::usd;
use cardmux_e2e::{Database, World, on_both_databases, wait_until};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    webhook_before_the_answer_changes_nothing,
    webhook_twice_or_out_of_order_changes_nothing,
    webhook_that_never_comes_is_not_needed,
    webhook_that_comes_late_changes_nothing,
    webhook_of_a_block_by_the_platform_is_followed,
}

async fn webhook_before_the_answer_changes_nothing(database: Database) {
    whole_life(database, "before_answer", 0).await;
}

async fn webhook_twice_or_out_of_order_changes_nothing(database: Database) {
    let world = World::start(database, setup()).await;
    for (mode, delay_ms) in [("duplicate", 0), ("reordered", 200)] {
        life(&world, mode, delay_ms).await;
    }
}

async fn webhook_that_never_comes_is_not_needed(database: Database) {
    whole_life(database, "lost", 0).await;
}

async fn webhook_that_comes_late_changes_nothing(database: Database) {
    let world = World::start(database, setup()).await;
    let card = life(&world, "normal", 700).await;
    let events = 4;
    wait_until("every webhook came", async || {
        let deliveries = world.emulator.deliveries().await;
        deliveries.len() == events && deliveries.iter().all(|delivery| delivery["acked"] == true)
    })
    .await;
    let id = card["id"].as_str().unwrap();
    let after = world.acme.settled(id, "frozen").await;
    assert_eq!(after["balance"]["amount"], "43.33");
    assert_eq!(after["drift"], false);
    let operations = world.acme.all(&format!("/v1/operations?cardId={id}")).await;
    assert!(
        operations
            .iter()
            .all(|operation| operation["status"] == "succeeded"),
        "{operations:?}"
    );
}

async fn whole_life(database: Database, mode: &str, delay_ms: u64) {
    let world = World::start(database, setup()).await;
    life(&world, mode, delay_ms).await;
}

/// Four operations whose end depends on their order.
async fn life(world: &World, mode: &str, delay_ms: u64) -> Value {
    let before = world.emulator.state().await;
    world.emulator.webhooks(mode, delay_ms).await;
    let card = world.acme.issue(&world.usd_type, "20.00").await;
    let id = card["id"].as_str().unwrap();
    let path = |change: &str| format!("/v1/cards/{id}/{change}");
    let deposit = json!({ "amount": usd("33.33") });
    for (change, body) in [
        ("deposit", deposit),
        ("withdraw", json!({ "amount": usd("10.00") })),
        ("freeze", json!({})),
    ] {
        let operation = world.acme.finished(&path(change), &body).await.expect(200);
        assert_eq!(operation["status"], "succeeded", "{mode}: {operation}");
    }
    let card = world
        .acme
        .card_when(id, |card| {
            card["status"] == "frozen" && card["balance"]["amount"] == "43.33"
        })
        .await;
    assert_eq!(card["drift"], false, "{mode}: {card}");
    let after = world.emulator.state().await;
    after.assert_ledger_adds_up();
    assert_eq!(after.cards.len(), before.cards.len() + 1, "{mode}");
    assert_eq!(after.orders.len(), before.orders.len() + 4, "{mode}");
    card
}

async fn webhook_of_a_block_by_the_platform_is_followed(database: Database) {
    let world = World::start(database, setup()).await;
    let card = world.acme.issue(&world.usd_type, "20.00").await;
    world
        .emulator
        .block(card["provider"]["ref"].as_str().unwrap())
        .await;
    let blocked = world
        .acme
        .settled(card["id"].as_str().unwrap(), "blocked")
        .await;
    assert_eq!(blocked["balance"]["amount"], "20.00");
    let path = format!("/v1/cards/{}/freeze", card["id"].as_str().unwrap());
    world
        .acme
        .finished(&path, &json!({}))
        .await
        .problem(409, "card_not_active");
}
