//! One key, one request, one effect, one answer.

use std::collections::BTreeSet;

use cardmux_e2e::api::{Answer, usd};
use cardmux_e2e::{Database, World, on_both_databases};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::setup;

on_both_databases! {
    idempotency_key_sent_fifty_times_at_once_makes_one_card,
    idempotency_key_with_another_request_is_refused,
    idempotency_key_of_another_tenant_is_another_key,
}

async fn idempotency_key_sent_fifty_times_at_once_makes_one_card(database: Database) {
    let world = World::start(database, setup()).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let answers = join_all((0..50).map(|_| world.acme.post("/v1/cards", "fifty", &body))).await;

    let (refused, given): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 409);
    for answer in refused {
        answer.problem(409, "idempotency_key_in_use");
    }
    let bodies: BTreeSet<_> = given
        .iter()
        .map(|answer| (answer.status, &answer.text))
        .collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(given[0].status, 201, "{}", given[0].text);
    assert_eq!(given.iter().filter(|answer| !answer.is_replay()).count(), 1);
    assert_eq!(world.emulator.state().await.cards.len(), 1);
    assert_eq!(world.acme.all("/v1/cards").await.len(), 1);

    let replay = world.acme.post("/v1/cards", "fifty", &body).await;
    assert!(replay.is_replay(), "{replay:?}");
    assert_eq!(
        (replay.status, replay.text),
        (given[0].status, given[0].text.clone())
    );

    let id = given[0].body["id"].as_str().unwrap();
    world.acme.settled(id, "active").await;
    let path = format!("/v1/cards/{id}/deposit");
    let body = json!({ "amount": usd("10.00") });
    let answers = join_all((0..50).map(|_| world.acme.post(&path, "fifty-deposits", &body))).await;
    let given: BTreeSet<_> = answers
        .iter()
        .filter(|a| a.status != 409)
        .map(|a| &a.text)
        .collect();
    assert_eq!(given.len(), 1, "{given:?}");
    world.acme.settled(id, "active").await;
    assert_eq!(world.emulator.state().await.orders_of("deposit").len(), 1);
}

async fn idempotency_key_with_another_request_is_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let first = world
        .acme
        .change("/v1/cards", "mine", &body)
        .header("Prefer", "wait=10");
    let card = Answer::of(first).await.expect(201);
    let other = json!({ "typeId": world.usd_type, "initialBalance": usd("11.00") });
    let reused = "idempotency_key_reused";
    world
        .acme
        .post("/v1/cards", "mine", &other)
        .await
        .problem(422, reused);
    let freeze = format!("/v1/cards/{}/freeze", card["id"].as_str().unwrap());
    world
        .acme
        .post(&freeze, "mine", &body)
        .await
        .problem(422, "invalid_request");
    world
        .acme
        .post(&freeze, "mine", &json!({}))
        .await
        .problem(422, reused);
    assert_eq!(world.emulator.state().await.orders.len(), 1);

    // The draft's quoted form is the same key.
    let quoted = world
        .acme
        .request(Method::POST, "/v1/cards")
        .header("Idempotency-Key", "\"mine\"");
    let quoted = Answer::of(quoted.json(&body)).await;
    assert!(quoted.is_replay());
    assert_eq!(quoted.expect(201), card);
}

async fn idempotency_key_of_another_tenant_is_another_key(database: Database) {
    let world = World::start(database, setup()).await;
    let globex = world.key("globex", &[]).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let ours = world
        .acme
        .post("/v1/cards", "same", &body)
        .await
        .expect(201);
    let theirs = globex.post("/v1/cards", "same", &body).await.expect(201);
    assert_ne!(ours["id"], theirs["id"]);
    assert_eq!(world.emulator.state().await.cards.len(), 2);
}
