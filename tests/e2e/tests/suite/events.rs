//! The stream of events: in order, complete, and continued wherever it was left.

use std::collections::{BTreeMap, BTreeSet};

use cardmux_e2e::setup::{ACME, GLOBEX};
use cardmux_e2e::{Api, Database, World, on_both_databases, wait_until};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::setup;
use crate::spending::{self, Spender};

on_both_databases! {
    events_of_a_life_are_ordered_and_complete,
    events_are_found_by_each_filter,
    events_continue_after_the_cursor,
    events_reach_a_follower_while_cards_live_side_by_side,
    events_of_others_do_not_exist,
}

/// A card that is used, changed and closed; its events, once nothing is to come.
async fn life(world: &World) -> (String, Vec<Value>) {
    let spender = Spender::with_card(world).await;
    spender.live().await;
    spending::check(&spender).await;
    spender
        .happen("challenges", json!({ "type": "third_3ds_otp" }))
        .await;
    let path = |change: &str| format!("/v1/cards/{}/{change}", spender.card_id);
    for change in ["freeze", "unfreeze", "cancel"] {
        let done = world.acme.finished(&path(change), &json!({})).await;
        done.expect(200);
    }
    spending::all_arrived(world).await;
    let list = format!("/v1/events?cardId={}", spender.card_id);
    let events = world.acme.all(&list).await;
    (spender.card_id.clone(), events)
}

async fn events_of_a_life_are_ordered_and_complete(database: Database) {
    let world = World::start(database, setup()).await;
    let (card_id, events) = life(&world).await;
    let mut ids = BTreeSet::new();
    let mut last: BTreeMap<(String, bool), i64> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in &events {
        assert!(ids.insert(event["id"].as_str().unwrap()), "twice: {event}");
        assert_eq!(event["cardId"], card_id.as_str());
        *counts.entry(event["type"].as_str().unwrap()).or_default() += 1;
        // Several events can belong to one version of their subject; none to an earlier one.
        let subject = event["subject"].as_str().unwrap().to_owned();
        let is_notice = event["type"] == "card.challenge_created";
        let sequence = event["sequence"].as_i64().unwrap();
        let before = last.insert((subject, is_notice), sequence);
        assert!(
            before.is_none_or(|before| before <= sequence),
            "{events:#?}"
        );
    }
    assert_eq!(events[0]["type"], "card.created");
    // Issue, freeze, unfreeze, cancel; what Spender::live does, the issue, and what was left.
    assert_eq!(counts["operation.succeeded"], 4);
    assert_eq!(counts["transaction.created"], 13);
    assert_eq!(counts["funding_account.charged"], 2);
    assert_eq!(counts["card.challenge_created"], 1);
    assert!(!counts.contains_key("operation.failed"), "{counts:?}");
    let statuses = events
        .iter()
        .filter(|event| event["subject"] == card_id.as_str())
        .filter_map(|event| event["data"]["card"]["status"].as_str());
    let mut statuses: Vec<_> = statuses.collect();
    statuses.dedup();
    assert_eq!(
        statuses,
        ["pending", "active", "frozen", "active", "cancelled"]
    );
    let transactions = world
        .acme
        .all(&format!("/v1/transactions?cardId={card_id}"))
        .await;
    for transaction in transactions {
        let told = events
            .iter()
            .rfind(|event| event["subject"] == transaction["id"]);
        let told = &told.expect("each transaction has an event")["data"]["transaction"];
        assert_eq!(told["status"], transaction["status"]);
        assert_eq!(told["type"], transaction["type"]);
    }
}

async fn events_are_found_by_each_filter(database: Database) {
    let world = World::start(database, setup()).await;
    life(&world).await;
    world.acme.issue(&world.usd_type, "20.00").await;
    spending::all_arrived(&world).await;
    let all = world.acme.all("/v1/events?limit=200").await;
    for (parameter, field) in [
        ("cardId", "cardId"),
        ("type", "type"),
        ("subject", "subject"),
    ] {
        let values: BTreeSet<_> = all
            .iter()
            .map(|event| event[field].as_str().unwrap())
            .collect();
        assert!(values.len() > 1, "{parameter} has nothing to choose");
        for value in values {
            let found = world
                .acme
                .all(&format!("/v1/events?{parameter}={value}"))
                .await;
            let expected: Vec<_> = all.iter().filter(|event| event[field] == value).collect();
            assert_eq!(
                found.iter().collect::<Vec<_>>(),
                expected,
                "{parameter}={value}"
            );
        }
    }
    assert!(
        world
            .acme
            .all("/v1/events?type=card.eaten")
            .await
            .is_empty()
    );
    for wrong in [
        "cardId=4711",
        "limit=0",
        "limit=201",
        "colour=red",
        "cursor=abc",
    ] {
        let answer = world.acme.get(&format!("/v1/events?{wrong}")).await;
        answer.problem(400, "invalid_query");
    }
}

/// The next page, and the cursor to go on with: the last one there was.
async fn page(api: &Api, cursor: Option<String>, limit: usize) -> (Vec<Value>, Option<String>) {
    let after = cursor.as_ref().map(|cursor| format!("&cursor={cursor}"));
    let path = format!("/v1/events?limit={limit}{}", after.unwrap_or_default());
    let mut page = api.get(&path).await.expect(200);
    let items = page["data"].as_array_mut().map(std::mem::take).unwrap();
    let next = page["nextCursor"].as_str().map(str::to_owned);
    assert_eq!(next.is_some(), !items.is_empty(), "{page}");
    (items, next.or(cursor))
}

async fn events_continue_after_the_cursor(database: Database) {
    let mut world = World::start(database, setup()).await;
    life(&world).await;
    let all = world.acme.all("/v1/events?limit=200").await;
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let (items, next) = page(&world.acme, cursor, 3).await;
        cursor = next;
        if items.is_empty() {
            break;
        }
        seen.extend(items);
    }
    assert_eq!(seen, all);
    // It stays good over a restart, and leads to what is new and nothing else.
    world.restart().await;
    let card = world.acme.issue(&world.usd_type, "20.00").await;
    let (new, _) = page(&world.acme, cursor.clone(), 200).await;
    assert_eq!(new[0]["type"], "card.created");
    assert!(
        new.iter().all(|event| event["cardId"] == card["id"]),
        "{new:?}"
    );
    let cursor = cursor.unwrap();
    let other = format!("/v1/events?type=card.created&cursor={cursor}");
    world.acme.get(&other).await.problem(400, "invalid_query");
    let globex = world.key(GLOBEX, &[]).await;
    let foreign = format!("/v1/events?cursor={cursor}");
    globex.get(&foreign).await.problem(400, "invalid_query");
}

/// Cards that live at the same time, each with its own client.
const CARDS: usize = 6;

async fn events_reach_a_follower_while_cards_live_side_by_side(database: Database) {
    let world = World::start(database, setup()).await;
    let mut seen = Vec::new();
    let lives = join_all((0..CARDS).map(|_| async {
        let spender = Spender::with_card(&world).await;
        spender.live().await;
        let path = format!("/v1/cards/{}/freeze", spender.card_id);
        let frozen = world.acme.finished(&path, &json!({})).await;
        frozen.expect(200);
        spending::check(&spender).await;
    }));
    let mut lives = std::pin::pin!(lives);
    let mut cursor = None;
    loop {
        // A look whenever the lives let us.
        let is_over = futures::poll!(&mut lives).is_ready();
        let (items, next) = page(&world.acme, cursor, 50).await;
        cursor = next;
        seen.extend(items);
        if is_over {
            break;
        }
    }
    spending::all_arrived(&world).await;
    wait_until("nothing new comes", async || {
        let (items, next) = page(&world.acme, cursor.take(), 50).await;
        cursor = next;
        let is_last = items.is_empty();
        seen.extend(items);
        is_last
    })
    .await;
    let all = world.acme.all("/v1/events?limit=200").await;
    let ids = |events: &[Value]| -> Vec<String> {
        let ids = events
            .iter()
            .map(|event| event["id"].as_str().unwrap().to_owned());
        ids.collect()
    };
    assert_eq!(
        ids(&seen),
        ids(&all),
        "the follower saw each event once, in their order"
    );
}

async fn events_of_others_do_not_exist(database: Database) {
    let world = World::start(database, setup()).await;
    let card = world.acme.issue(&world.usd_type, "20.00").await;
    let globex = world.key(GLOBEX, &[]).await;
    assert!(globex.all("/v1/events").await.is_empty());
    let filtered = format!("/v1/events?cardId={}", card["id"].as_str().unwrap());
    assert!(globex.all(&filtered).await.is_empty());
    assert!(!world.acme.all(&filtered).await.is_empty());
    let reader = world.key(ACME, &["cards:read"]).await;
    reader.get("/v1/events").await.problem(403, "forbidden");
}
