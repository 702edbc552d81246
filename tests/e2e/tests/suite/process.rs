//! The gateway's process: stopped, started again, and its database with it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use cardmux_e2e::api::{Answer, Api, fresh_key, usd};
use cardmux_e2e::wait::within;
use cardmux_e2e::{Database, World, on_both_databases, wait_until};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    restart_keeps_everything,
    stop_while_a_call_is_under_way_finishes_it,
}

async fn restart_keeps_everything(database: Database) {
    let mut world = World::start(database, setup()).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00"), "label": "Ads" });
    let issue = world
        .acme
        .change("/v1/cards", "issue", &body)
        .header("Prefer", "wait=10");
    let issued = Answer::of(issue).await;
    let id = issued.body["id"].as_str().unwrap().to_owned();
    let deposit = format!("/v1/cards/{id}/deposit");
    world
        .acme
        .finished(&deposit, &json!({ "amount": usd("10.00") }))
        .await
        .expect(200);
    world
        .acme
        .card_when(&id, |card| {
            card["providerStatus"] == "Normal" && !card["controls"]["spendLimits"].is_null()
        })
        .await;
    let page = world.acme.get("/v1/operations?limit=1").await.expect(200);
    let before = durable(world.written(&world.acme).await);

    let ended = world.stop_gracefully().await;
    assert!(
        ended.success(),
        "{ended}\n{}",
        world.installation.log_tail()
    );
    world.restart().await;

    assert_eq!(durable(world.written(&world.acme).await), before);
    let replay = world.acme.post("/v1/cards", "issue", &body).await;
    assert!(replay.is_replay());
    assert_eq!(replay.text, issued.text);
    let cursor = page["nextCursor"].as_str().unwrap();
    let next = world
        .acme
        .get(&format!("/v1/operations?limit=1&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(next["data"][0]["kind"], "issue");
    world
        .acme
        .finished(&deposit, &json!({ "amount": usd("10.00") }))
        .await
        .expect(200);
}

/// Without what reading the card again at its provider, at any time, may change.
fn durable(mut written: [Vec<Value>; 2]) -> [Vec<Value>; 2] {
    for card in &mut written[0] {
        card["balance"]["asOf"].take();
        card["updatedAt"].take();
        card["version"].take();
    }
    written
}

async fn stop_while_a_call_is_under_way_finishes_it(database: Database) {
    let setup = setup();
    let mut world = World::start(database, setup.clone()).await;
    let path = setup.dialect.open_card();
    world
        .emulator
        .faults(json!([{ "kind": "delay", "path": path, "millis": 400, "times": 1 }]))
        .await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("20.00") });
    let request = world.acme.change("/v1/cards", "stopped", &body);
    let stop = async {
        wait_until("the call arrived", async || {
            !world.emulator.changes().await.is_empty()
        })
        .await;
        world.gateway.terminate();
    };
    let (answer, ()) = tokio::join!(Answer::of(request), stop);
    let ended = world.gateway.ended().await;
    assert!(
        ended.success(),
        "{ended}\n{}",
        world.installation.log_tail()
    );
    let id = answer.expect(201)["id"].as_str().unwrap().to_owned();

    world.restart().await;
    let card = world.acme.settled(&id, "active").await;
    assert!(
        world
            .acme
            .post("/v1/cards", "stopped", &body)
            .await
            .is_replay()
    );
    let state = world.emulator.state().await;
    assert_eq!(state.cards.len(), 1);
    assert_eq!(
        state.cards[0].card_no,
        card["provider"]["ref"].as_str().unwrap()
    );
}

/// Clients at a time, and cards each of them wants after the interruption.
const CLIENTS: usize = 4;
const AFTERWARDS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_restarted_in_a_stream_of_issues_loses_nothing() {
    // A server of its own: the others' tests go on meanwhile.
    let Some(database) = Database::own_postgres().await else {
        return;
    };
    let mut world = World::start(database, setup()).await;
    let outage = Outage::default();
    let (api, type_id) = (world.acme.clone(), world.usd_type.clone());
    let clients = join_all((0..CLIENTS).map(|_| client(&api, &type_id, &outage)));
    let interrupt = async {
        let emulator = &world.emulator;
        let some_issued = async || emulator.changes().await.len() > CLIENTS;
        wait_until("some cards are issued", some_issued).await;
        world.database.stop_server();
        // The writer itself tries for fifteen seconds before it gives up.
        let noticed = within(Duration::from_secs(60), async || {
            (outage.refusals.load(Ordering::SeqCst) > 0).then_some(())
        });
        noticed.await.expect("a client notices");
        world.database.start_server();
        outage.is_over.store(true, Ordering::SeqCst);
    };
    let (issued, ()) = tokio::join!(clients, interrupt);
    let cards = issued.concat();
    let mut refs = BTreeSet::new();
    for id in &cards {
        let card = world.acme.settled(id, "active").await;
        refs.insert(card["provider"]["ref"].as_str().unwrap().to_owned());
    }
    assert_eq!(refs.len(), cards.len(), "each its own card");
    let active = world.acme.all("/v1/cards?status=active").await;
    assert_eq!(active.len(), cards.len());
    let state = world.emulator.state().await;
    state.assert_ledger_adds_up();
    assert_eq!(state.cards.len(), cards.len(), "nothing issued twice");
}

#[derive(Default)]
struct Outage {
    /// Requests that were not served because of it.
    refusals: AtomicU32,
    is_over: AtomicBool,
}

/// One card after the other, until some time after the outage; their ids.
async fn client(api: &Api, type_id: &str, outage: &Outage) -> Vec<String> {
    let mut cards = Vec::new();
    let mut left = AFTERWARDS;
    while left > 0 {
        if outage.is_over.load(Ordering::SeqCst) {
            left -= 1;
        }
        let card = issue_patiently(api, type_id, outage).await;
        cards.push(card["id"].as_str().unwrap().to_owned());
    }
    cards
}

/// The same key until there is an answer.
async fn issue_patiently(api: &Api, type_id: &str, outage: &Outage) -> Value {
    let key = fresh_key();
    let body = json!({ "typeId": type_id, "initialBalance": usd("10.00") });
    let answered = within(Duration::from_secs(60), async || {
        let answer = Answer::of(api.change("/v1/cards", &key, &body)).await;
        match answer.status {
            201 | 202 => Some(answer.body),
            409 => None,
            503 => {
                answer.problem(503, "store_unavailable");
                outage.refusals.fetch_add(1, Ordering::SeqCst);
                None
            }
            _ => panic!("{}", answer.text),
        }
    });
    answered.await.expect("an answer within a minute")
}
