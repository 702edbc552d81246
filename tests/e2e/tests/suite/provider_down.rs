//! A provider that is not there.

use cardmux_e2e::api::{Answer, fresh_key, usd};
use cardmux_e2e::{Database, Setup, World, eventually, on_both_databases};
use serde_json::json;

use crate::setup;

on_both_databases! {
    provider_down_is_503_and_the_same_key_works_afterwards,
    provider_failing_in_a_row_is_not_called_until_it_may_recover,
}

async fn provider_down_is_503_and_the_same_key_works_afterwards(database: Database) {
    let mut world = World::start(database, setup()).await;
    let kept = world.acme.issue(&world.usd_type, "10.00").await;
    world.emulator.down().await;

    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let down = world.acme.post("/v1/cards", "down", &body).await;
    let down = down.problem(503, "provider_unavailable");
    assert_eq!(down["provider"]["outcome"], "not_sent", "{down}");
    let balance = format!("/v1/cards/{}/balance", kept["id"].as_str().unwrap());
    world
        .acme
        .get(&balance)
        .await
        .problem(503, "provider_unavailable");
    // What the gateway knows it still tells.
    world.acme.get("/readyz").await;
    assert!(!world.acme.all("/v1/card-types").await.is_empty());
    assert_eq!(
        world.acme.card(kept["id"].as_str().unwrap()).await["status"],
        "active"
    );

    world.emulator.up().await;
    let issue = world
        .acme
        .change("/v1/cards", "down", &body)
        .header("Prefer", "wait=10");
    let card = Answer::of(issue).await.expect(201);
    assert_eq!(card["status"], "active", "{card}");
    assert_eq!(world.emulator.state().await.cards.len(), 2);
    world.acme.get(&balance).await.expect(200);
}

async fn provider_failing_in_a_row_is_not_called_until_it_may_recover(database: Database) {
    let setup = Setup {
        breaker_failures: 3,
        ..setup()
    };
    let world = World::start(database, setup).await;
    let card = world.acme.issue(&world.usd_type, "10.00").await;
    let id = card["id"].as_str().unwrap();
    world
        .acme
        .card_when(id, |card| card["providerStatus"] == "Normal")
        .await;
    let calls = world.emulator.changes().await;

    world
        .emulator
        .faults(json!([{ "kind": "error_before" }]))
        .await;
    let balance = format!("/v1/cards/{id}/balance");
    let open = eventually("the circuit opens", async || {
        let answer = world.acme.get(&balance).await;
        answer.body["detail"]
            .as_str()
            .is_some_and(|d| d.contains("circuit"))
            .then_some(answer)
    })
    .await;
    assert!(open.header("retry-after").is_some(), "{open:?}");
    let open = open.problem(503, "provider_unavailable");
    assert_eq!(open["provider"]["outcome"], "not_sent", "{open}");
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    // Half open now and then, so that the one call let through may fail at the provider instead.
    let refused = world.acme.post("/v1/cards", &fresh_key(), &body).await;
    if refused.status == 503 {
        assert_eq!(
            refused.problem(503, "provider_unavailable")["provider"]["outcome"],
            "not_sent"
        );
        assert_eq!(world.emulator.changes().await, calls);
    }

    world.emulator.no_faults().await;
    let wanted = "the circuit closes";
    eventually(wanted, async || {
        (world.acme.get(&balance).await.status == 200).then_some(())
    })
    .await;
    world.acme.issue(&world.usd_type, "10.00").await;
}
