//! The gateway's process: stopped, started again, and its database with it.

use std::time::Duration;

use cardmux_e2e::api::{Answer, Api, fresh_key, usd};
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, World, on_both_databases, wait_until};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    restart_keeps_everything,
    stop_while_a_call_is_under_way_finishes_it,
}

async fn restart_keeps_everything(database: Database) {
    let mut world = World::start(database, setup()).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00"), "label": "Ads" });
    let issue = world.acme.change("/v1/cards", "issue", &body).header("Prefer", "wait=10");
    let issued = Answer::of(issue).await;
    let id = issued.body["id"].as_str().unwrap().to_owned();
    let deposit = format!("/v1/cards/{id}/deposit");
    world.acme.finished(&deposit, &json!({ "amount": usd("10.00") })).await.expect(200);
    world.acme.card_when(&id, |card| card["providerStatus"] == "Normal").await;
    let page = world.acme.get("/v1/operations?limit=1").await.expect(200);
    let before = world.written(&world.acme).await;

    let ended = world.stop_gracefully().await;
    assert!(ended.success(), "{ended}\n{}", world.installation.log_tail());
    world.restart().await;

    assert_eq!(world.written(&world.acme).await, before);
    let replay = world.acme.post("/v1/cards", "issue", &body).await;
    assert!(replay.is_replay());
    assert_eq!(replay.text, issued.text);
    let cursor = page["nextCursor"].as_str().unwrap();
    let next = world.acme.get(&format!("/v1/operations?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(next["data"][0]["kind"], "issue");
    world.acme.finished(&deposit, &json!({ "amount": usd("10.00") })).await.expect(200);
}

async fn stop_while_a_call_is_under_way_finishes_it(database: Database) {
    let setup = setup();
    let mut world = World::start(database, setup.clone()).await;
    let path = setup.dialect.open_card();
    world.emulator.faults(json!([{ "kind": "delay", "path": path, "millis": 400, "times": 1 }])).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let request = world.acme.change("/v1/cards", "stopped", &body);
    let stop = async {
        wait_until("the call arrived", async || !world.emulator.changes().await.is_empty()).await;
        world.gateway.terminate();
    };
    let (answer, ()) = tokio::join!(Answer::of(request), stop);
    let ended = world.gateway.ended().await;
    assert!(ended.success(), "{ended}\n{}", world.installation.log_tail());
    let id = answer.expect(201)["id"].as_str().unwrap().to_owned();

    world.restart().await;
    let card = world.acme.settled(&id, "active").await;
    assert!(world.acme.post("/v1/cards", "stopped", &body).await.is_replay());
    let state = world.emulator.state().await;
    assert_eq!(state.cards.len(), 1);
    assert_eq!(state.cards[0].card_no, card["provider"]["ref"].as_str().unwrap());
}

/// Cards of the stream, and how many are asked for at a time.
const STREAM: usize = 40;
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_restarted_in_a_stream_of_issues_loses_nothing() {
    // A server of its own: the others' tests go on meanwhile.
    let Some(database) = Database::own_postgres().await else { return };
    let mut world = World::start(database, setup()).await;
    let (api, type_id) = (world.acme.clone(), world.usd_type.clone());
    let keys: Vec<String> = (0..STREAM).map(|_| fresh_key()).collect();
    let issues = futures::stream::iter(&keys)
        .map(|key| issue_patiently(&api, &type_id, key))
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<Value>>();
    let interrupt = async {
        let enough = STREAM / 4;
        let emulator = &world.emulator;
        wait_until("a quarter is issued", async || emulator.changes().await.len() >= enough).await;
        world.database.restart_server().await;
    };
    let (cards, ()) = tokio::join!(issues, interrupt);

    let mut refs = std::collections::BTreeSet::new();
    for card in &cards {
        let settled = world.acme.settled(card["id"].as_str().unwrap(), "active").await;
        refs.insert(settled["provider"]["ref"].as_str().unwrap().to_owned());
    }
    assert_eq!(refs.len(), STREAM);
    assert_eq!(world.acme.all("/v1/cards?status=active").await.len(), STREAM);
    let state = world.emulator.state().await;
    state.assert_ledger_adds_up();
    assert_eq!(state.cards.len(), STREAM, "nothing issued twice");
}

/// As a client does that wants one card: the same key until there is an answer.
async fn issue_patiently(api: &Api, type_id: &str, key: &str) -> Value {
    let body = json!({ "typeId": type_id, "initialBalance": usd("10.00") });
    let answered = within(Duration::from_secs(60), async || {
        let answer = Answer::try_of(api.change("/v1/cards", key, &body)).await.ok()?;
        match answer.status {
            201 | 202 => Some(answer.body),
            409 | 503 => None,
            _ => panic!("{}", answer.text),
        }
    });
    answered.await.expect("an answer within a minute")
}
