//! A batch over three issuers whose gateway is killed twice while each of them fails now and then.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::env::{say, variable};
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, Issuer, Issuers, Setup, on_both_databases};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    batch_killed_twice_decides_every_item_once,
}

/// `BATCH_ITEMS=5000` is the size of the promise.
fn size() -> usize {
    variable("BATCH_ITEMS").map_or(200, |text| text.parse().expect("BATCH_ITEMS is a number"))
}

/// One call in twenty goes wrong, in every way a call can.
fn faults(path: &str) -> Value {
    let kinds = [
        "refuse",
        "drop_before",
        "drop_after",
        "error_before",
        "error_after",
        "rate_limit",
        "truncate",
    ];
    let rules = kinds.map(|kind| json!({ "kind": kind, "path": path, "probability": 0.05 / 7.0 }));
    Value::Array(rules.into())
}

async fn batch_killed_twice_decides_every_item_once(database: Database) {
    let setup = Setup {
        emulator_file: false,
        // Thousands of cards are not read ten times a second.
        poll_ms: 2000,
        ..setup()
    };
    let mut issuers = Issuers::start(database, setup, None).await;
    let size = size();
    let issuer = |n: usize| Issuer::ALL[n % 3];
    let items = (0..size).map(|n| {
        let mut item = issuers.issue_body(issuer(n));
        item["externalId"] = json!(n.to_string());
        item
    });
    let body = json!({ "items": items.collect::<Vec<_>>() });
    for issuer in Issuer::ALL {
        issuers.faults(issuer, faults(issuer.issue_path())).await;
    }
    let began = Instant::now();
    let batch = issuers
        .world
        .acme
        .post("/v1/card-batches", &fresh_key(), &body)
        .await
        .expect(202);
    let path = format!("/v1/card-batches/{}", batch["id"].as_str().unwrap());
    let patience =
        Duration::from_secs(60) + Duration::from_millis(100) * u32::try_from(size).unwrap();

    let mut decided = Vec::new();
    for percent in [20, 60] {
        let far = within(patience, async || {
            let batch = issuers.world.acme.get(&path).await.expect(200);
            (batch["percent"].as_i64()? >= percent).then_some(batch)
        });
        let far = far.await.expect("it gets that far");
        assert_eq!(far["status"], "processing", "killed while it is under way");
        decided.push(far["percent"].clone());
        issuers.restart(None).await;
    }
    let ended = within(patience, async || {
        let batch = issuers.world.acme.get(&path).await.expect(200);
        (batch["status"] != "processing").then_some(batch)
    });
    let ended = ended.await.expect("every item is decided");
    say(&format!(
        "{size} items, killed at {decided:?} %, ended after {:?}: {}",
        began.elapsed(),
        ended["counts"]
    ));
    for issuer in Issuer::ALL {
        issuers.faults(issuer, json!([])).await;
    }
    let world = &issuers.world;

    let items = world.acme.all(&format!("{path}/items?limit=200")).await;
    assert_eq!(items.len(), size);
    let (succeeded, failed): (Vec<&Value>, Vec<&Value>) =
        items.iter().partition(|item| item["status"] == "succeeded");
    assert_eq!(ended["counts"]["succeeded"], json!(succeeded.len()));
    for item in &failed {
        assert_eq!(item["status"], "failed", "{item}");
        assert!(item["error"]["code"].is_string(), "{item}");
    }
    assert!(succeeded.len() * 100 >= size * 95, "{}", ended["counts"]);

    // One card for each item that succeeded, at the provider and here, and none besides.
    let cards: BTreeSet<&str> = succeeded
        .iter()
        .map(|item| item["cardId"].as_str().unwrap())
        .collect();
    assert_eq!(cards.len(), succeeded.len());
    let registry = world.acme.all("/v1/cards?status=active&limit=200").await;
    let ids: BTreeSet<&str> = registry
        .iter()
        .map(|card| card["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, cards);
    let wanted: BTreeSet<&str> = registry
        .iter()
        .map(|card| card["externalId"].as_str().unwrap())
        .collect();
    assert_eq!(wanted.len(), succeeded.len(), "each item once");
    for issuer in Issuer::ALL {
        let state = issuers.state(issuer).await;
        let ours: BTreeSet<&str> = registry
            .iter()
            .filter(|card| card["provider"]["instance"] == issuer.instance())
            .map(|card| card["provider"]["ref"].as_str().unwrap())
            .collect();
        let cards = state["cards"].as_array().unwrap();
        let theirs: BTreeSet<&str> = cards
            .iter()
            .map(|card| card[issuer.card_id()].as_str().unwrap())
            .collect();
        assert_eq!(ours, theirs, "cards at {issuer}");
        assert_eq!(cards.len(), theirs.len(), "cards at {issuer}");
        say(&format!("{issuer}: {} cards, each once", cards.len()));
    }
    world.emulator.state().await.assert_ledger_adds_up();
}
