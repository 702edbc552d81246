//! A card's life, told in any order and more than once, comes to the same end.

use cardmux_e2e::world::webhook_url;
use cardmux_e2e::{Answer, Database, Setup, World, on_both_databases};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::setup;
use crate::spending::{self, Spender};

on_both_databases! {
    webhooks_of_a_finhub_life_in_any_order_come_to_the_same_end,
    webhooks_of_an_upstream_life_in_any_order_come_to_the_same_end,
}

/// Orders that are tried, each with a card of its own.
const SEEDS: u64 = 20;

async fn webhooks_of_a_finhub_life_in_any_order_come_to_the_same_end(database: Database) {
    disordered(database, setup()).await;
}

async fn webhooks_of_an_upstream_life_in_any_order_come_to_the_same_end(database: Database) {
    disordered(database, setup().upstream()).await;
}

async fn disordered(database: Database, setup: Setup) {
    let once_a_day = json!(86_400_000);
    let setup = setup.with("/worker/transactions_interval_ms", once_a_day);
    let world = World::start(database, setup).await;
    let mut ends = Vec::new();
    for seed in 0..SEEDS {
        // Recorded, never sent.
        world.emulator.webhooks("lost", 0).await;
        let spender = Spender::with_card(&world).await;
        live(&spender).await;
        let told = tell_in_disorder(&spender, seed).await;
        ends.push((seed, told));
    }
    let (_, first) = &ends[0];
    for (seed, end) in &ends {
        assert_eq!(end, first, "seed {seed} came to another end than seed 0");
    }
}

/// What the network does, what we ask for, and at last a block by the issuer.
async fn live(spender: &Spender<'_>) {
    spender.live().await;
    let path = |change: &str| format!("/v1/cards/{}/{change}", spender.card_id);
    let api = &spender.world.acme;
    let amount = json!({ "amount": { "amount": "40.00", "currency": "USD" } });
    for (change, body) in [
        ("deposit", &amount),
        ("withdraw", &amount),
        ("freeze", &json!({})),
        ("unfreeze", &json!({})),
    ] {
        api.finished(&path(change), body).await.expect(200);
    }
    spender.world.emulator.block(&spender.card_no).await;
}

/// Every webhook of the card, shuffled, some of them twice; what the gateway shows in the end.
async fn tell_in_disorder(spender: &Spender<'_>, seed: u64) -> Value {
    let mut random = StdRng::seed_from_u64(seed);
    let once = recorded(spender);
    let mut deliveries = once.clone();
    for _ in 0..once.len() / 2 {
        deliveries.push(once[random.random_range(0..once.len())].clone());
    }
    deliveries.shuffle(&mut random);
    let http = Client::builder().no_proxy().build().unwrap();
    for delivery in &deliveries {
        let url = webhook_url(&spender.world.gateway);
        let mut request = http
            .request(Method::POST, url)
            .body(delivery["body"].as_str().unwrap().to_owned());
        for header in delivery["headers"].as_array().unwrap() {
            request = request.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
        }
        Answer::of(request).await.expect(200);
    }
    spending::at_rest(spender.world).await;
    shown(spender).await
}

/// The webhooks about the card as the emulator signed them.
fn recorded(spender: &Spender<'_>) -> Vec<Value> {
    let state = spender.world.emulator.saved();
    let deliveries = state["outbox"]["deliveries"].as_array().unwrap();
    let events = deliveries.iter().map(|delivery| delivery["event"].clone());
    let found: Vec<_> = events
        .filter(|event| {
            let body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
            body["cardNo"] == spender.card_no.as_str()
        })
        .collect();
    // Issue, four changes, a block; twelve records of spending with one more push at a settlement.
    assert!(found.len() >= 17, "{} webhooks recorded", found.len());
    found
}

/// Card, balance and transactions, without ids and times.
async fn shown(spender: &Spender<'_>) -> Value {
    let card = spender.world.acme.card(&spender.card_id).await;
    let mut shown = json!({ "transactions": spending::tell_all(&spender.transactions().await) });
    for field in ["status", "providerStatus", "drift", "pendingOperation"] {
        shown[field] = card[field].clone();
    }
    shown["balance"] = card["balance"]["amount"].clone();
    let path = format!("/v1/cards/{}/balance", spender.card_id);
    let balance = spender.world.acme.get(&path).await.expect(200);
    assert_eq!(balance["amount"], card["balance"]["amount"], "{card}");
    shown
}
