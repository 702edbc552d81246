//! Label and metadata under `ETag`, illegal transitions, waiting.

use cardmux_e2e::api::{Answer, fresh_key, usd};
use cardmux_e2e::{Database, Setup, World, eventually, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::setup;

on_both_databases! {
    patch_with_an_old_etag_is_refused,
    change_that_the_status_forbids_names_what_it_allows,
    change_without_prefer_answers_at_once_and_with_it_waits,
    order_that_the_provider_fails_gives_the_money_back,
    order_that_cannot_be_looked_up_is_shown_to_a_person,
}

async fn patch_with_an_old_etag_is_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1/cards/{id}");
    // The card is read again after its issue, which makes a new version.
    let read = world
        .acme
        .card_when(&id, |card| card["providerStatus"] == "Normal")
        .await;
    let patch = |tag: String, body| {
        let request = world
            .acme
            .request(Method::PATCH, &path)
            .header("If-Match", tag);
        Answer::of(request.json(&body))
    };
    let tag = format!("\"{}\"", read["version"]);
    let body = json!({ "label": "Ads", "metadata": { "team": "growth", "cost": "7" } });
    let first = patch(tag.clone(), body).await;
    let new_tag = first.header("etag").unwrap().to_owned();
    assert_ne!(new_tag, tag);
    let card = first.expect(200);
    assert_eq!(
        (&card["label"], &card["metadata"]["cost"]),
        (&json!("Ads"), &json!("7"))
    );

    patch(tag, json!({ "label": "late" }))
        .await
        .problem(412, "precondition_failed");
    let card = patch(
        new_tag,
        json!({ "label": null, "metadata": { "cost": null } }),
    )
    .await
    .expect(200);
    assert_eq!(
        (&card["label"], &card["metadata"]),
        (&json!(null), &json!({ "team": "growth" }))
    );
    let answer = world.acme.get(&path).await;
    assert_eq!(
        answer.header("etag").unwrap(),
        format!("\"{}\"", card["version"])
    );
    assert_eq!(answer.expect(200), card);
}

async fn change_that_the_status_forbids_names_what_it_allows(database: Database) {
    let world = World::start(database, setup()).await;
    let id = world.acme.issue(&world.usd_type, "10.00").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = |change: &str| format!("/v1/cards/{id}/{change}");
    let calls = world.emulator.changes().await;

    let refused = world.acme.finished(&path("unfreeze"), &json!({})).await;
    let refused = refused.problem(409, "card_not_frozen");
    assert_eq!(
        refused["allowed"],
        json!([
            "deposit",
            "withdraw",
            "freeze",
            "cancel",
            "set_pin",
            "update_controls",
            "update_note"
        ])
    );
    assert_eq!(world.emulator.changes().await, calls);

    world
        .acme
        .finished(&path("freeze"), &json!({}))
        .await
        .expect(200);
    world
        .acme
        .finished(&path("freeze"), &json!({}))
        .await
        .problem(409, "card_not_active");
    world
        .acme
        .finished(&path("cancel"), &json!({}))
        .await
        .expect(200);
    world
        .acme
        .finished(&path("unfreeze"), &json!({}))
        .await
        .problem(409, "card_closed");
    let deposit = json!({ "amount": usd("10.00") });
    world
        .acme
        .finished(&path("deposit"), &deposit)
        .await
        .problem(409, "card_closed");
}

async fn change_without_prefer_answers_at_once_and_with_it_waits(database: Database) {
    let world = World::start(database, setup()).await;
    // Emulated; 600 ms in real time.
    world
        .emulator
        .script(json!({ "orderDelayMillis": 18_000 }))
        .await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("10.00") });
    let card = world
        .acme
        .post("/v1/cards", &fresh_key(), &body)
        .await
        .expect(201);
    assert_eq!(card["status"], "pending", "{card}");
    let pending = card["pendingOperation"]
        .as_str()
        .expect("the operation under way");
    let operation = world
        .acme
        .get(&format!("/v1/operations/{pending}"))
        .await
        .expect(200);
    assert_eq!(
        (&operation["kind"], &operation["cardId"]),
        (&json!("issue"), &card["id"])
    );
    let id = card["id"].as_str().unwrap();

    // One thing at a time.
    let freeze = format!("/v1/cards/{id}/freeze");
    world
        .acme
        .post(&freeze, &fresh_key(), &json!({}))
        .await
        .problem(409, "card_not_active");
    world.acme.settled(id, "active").await;

    let deposit = format!("/v1/cards/{id}/deposit");
    let body = json!({ "amount": usd("10.00") });
    let operation = world
        .acme
        .post(&deposit, &fresh_key(), &body)
        .await
        .expect(202);
    assert!(
        matches!(operation["status"].as_str(), Some("processing" | "pending")),
        "{operation}"
    );
    let busy = world
        .acme
        .post(&deposit, &fresh_key(), &body)
        .await
        .problem(409, "card_busy");
    assert_eq!(busy["operationId"], operation["id"]);
    world.acme.settled(id, "active").await;

    let waited = world.acme.finished(&deposit, &body).await.expect(200);
    assert_eq!(waited["status"], "succeeded", "{waited}");
}

async fn order_that_the_provider_fails_gives_the_money_back(database: Database) {
    let world = World::start(database, setup()).await;
    let card = world.acme.issue(&world.usd_type, "10.00").await;
    let id = card["id"].as_str().unwrap();
    let wallet = world.emulator.state().await.wallet("USD");
    world
        .emulator
        .script(json!({ "nextOrders": ["fail"] }))
        .await;
    let path = format!("/v1/cards/{id}/deposit");
    let failed = world
        .acme
        .finished(&path, &json!({ "amount": usd("10.00") }))
        .await;
    let failed = failed.problem(422, "provider_refused");
    assert_eq!(failed["provider"]["outcome"], "rejected", "{failed}");
    assert_eq!(failed["cardId"], card["id"]);
    let state = world.emulator.state().await;
    assert_eq!(state.wallet("USD"), wallet);
    state.assert_ledger_adds_up();
    let card = world.acme.settled(id, "active").await;
    assert_eq!(card["balance"]["amount"], "10.00");
    world
        .acme
        .finished(&path, &json!({ "amount": usd("10.00") }))
        .await
        .expect(200);
}

async fn order_that_cannot_be_looked_up_is_shown_to_a_person(database: Database) {
    // Just more than the lease, which configuration asks for.
    let setup = Setup {
        attention_after_ms: 2100,
        ..setup()
    };
    let world = World::start(database, setup).await;
    let card = world.acme.issue(&world.usd_type, "10.00").await;
    let id = card["id"].as_str().unwrap();
    world.emulator.webhooks("lost", 0).await;
    let faults = json!([
        { "kind": "drop_after", "path": "/card/deposit", "times": 1 },
        { "kind": "error_before", "path": "/card/v2/transaction" },
    ]);
    world.emulator.faults(faults).await;
    let path = format!("/v1/cards/{id}/deposit");
    let body = json!({ "amount": usd("10.00") });
    let unclear = world.acme.post(&path, "unclear", &body).await.expect(202);
    // Sent a second time, it was refused as a used reference: the provider has it.
    assert_eq!(unclear["status"], "processing", "{unclear}");

    let queue = "/v1/operations?needsAttention=true";
    let shown = eventually("a person is shown it", async || {
        world.acme.all(queue).await.pop()
    })
    .await;
    assert_eq!(
        (&shown["id"], &shown["status"]),
        (&unclear["id"], &json!("processing"))
    );
    let evidence = shown["needsAttention"]["evidence"].to_string();
    assert!(
        evidence.contains(shown["reference"].as_str().unwrap()),
        "{shown}"
    );

    // Looking goes on, and what is found ends it.
    world.emulator.no_faults().await;
    world.acme.settled(id, "active").await;
    assert!(world.acme.all(queue).await.is_empty());
    assert_eq!(world.emulator.state().await.orders_of("deposit").len(), 1);
}
