//! Requests that are routed over three issuers, and what must go with each card in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cardmux_e2e::wait::within;
use cardmux_e2e::{Issuer, Issuers, Setup, World};
use serde_json::{Value, json};

use crate::setup;

/// Longer than every lease, quiet time and poll on a busy machine.
const ENDED_WITHIN: Duration = Duration::from_secs(90);

/// A rule for each issuer, by the request's label: that one first, then the others.
pub fn routed() -> Setup {
    let rules = Issuer::ALL.map(|first| {
        let others = Issuer::ALL.into_iter().filter(|other| *other != first);
        let others: Vec<&str> = others.map(Issuer::instance).collect();
        json!({
            "name": format!("{first} first"),
            "when": { "label": [first.to_string()] },
            "choose": [{ "instance": first.instance() }],
            "fallback": others,
        })
    });
    setup().with("/tenants/acme/routes", json!(rules))
}

pub fn patient() -> Setup {
    routed().patient()
}

/// An instance of the provider in memory.
pub fn mock() -> Value {
    json!({ "kind": "mock", "attempt_timeout_ms": 1000 })
}

/// Once the card types of each of these instances are known.
pub async fn catalogues_read(world: &World, instances: &[&str]) {
    let known = within(ENDED_WITHIN, async || {
        let types = world.acme.all("/v1/card-types").await;
        let known = |name: &&str| types.iter().any(|it| it["instance"] == **name);
        instances.iter().all(known).then_some(())
    });
    known.await.expect("the catalogues are read");
}

/// What any of them could issue.
pub fn body(first: Issuer) -> Value {
    json!({
        "want": { "model": "card", "form": "virtual", "currency": "USD" },
        "label": first.to_string(),
        "cardholder": { "firstName": "Ada", "lastName": "Lovelace" },
    })
}

/// That many of the next issues at this issuer go wrong like this.
pub async fn fault(issuers: &Issuers, at: Issuer, kind: &str, times: u32) {
    let rule = json!([{ "kind": kind, "path": at.issue_path(), "times": times, "millis": 6000 }]);
    issuers.faults(at, rule).await;
}

/// The cards of each issuer, by its own books.
async fn books(issuers: &Issuers) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut books = BTreeMap::new();
    for issuer in Issuer::ALL {
        let state = issuers.state(issuer).await;
        let cards = state["cards"].as_array().unwrap().iter();
        let ids = cards.map(|card| card[issuer.card_id()].as_str().unwrap().to_owned());
        books.insert(issuer.instance(), ids.collect());
    }
    books
}

/// Every card of the registry that was issued is in its issuer's books, and those hold nothing else.
pub async fn books_agree(issuers: &Issuers) {
    let mut ours: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for issuer in Issuer::ALL {
        ours.insert(issuer.instance(), BTreeSet::new());
    }
    let cards = issuers.world.acme.all("/v1/cards?limit=200").await;
    for card in cards.iter().filter(|card| card["status"] != "failed") {
        let provider = &card["provider"];
        let card_ref = provider["ref"].as_str().unwrap_or_else(|| panic!("{card}"));
        let of_issuer = ours
            .get_mut(provider["instance"].as_str().unwrap())
            .unwrap();
        assert!(of_issuer.insert(card_ref.to_owned()), "twice: {card}");
    }
    assert_eq!(books(issuers).await, ours);
}

/// The card once it is issued or failed, and told the same everywhere.
pub async fn ended(issuers: &Issuers, id: &str) -> Value {
    let acme = &issuers.world.acme;
    let ended = within(ENDED_WITHIN, async || {
        let card = acme.card(id).await;
        (card["pendingOperation"].is_null() && card["status"] != "pending").then_some(card)
    });
    let Some(card) = ended.await else {
        panic!(
            "still under way: {}\n{}",
            acme.card(id).await,
            issuers.world.installation.log_tail()
        );
    };
    let is_active = card["status"] == "active";
    assert!(is_active || card["status"] == "failed", "{card}");
    let operations = acme.all(&format!("/v1/operations?cardId={id}")).await;
    let failed = card["routing"]["failed"].as_array().unwrap();
    assert_eq!(operations.len(), failed.len() + 1, "{card} {operations:#?}");
    let (last, earlier) = operations.split_first().unwrap();
    for (attempt, operation) in failed.iter().zip(earlier.iter().rev()) {
        assert_eq!(operation["status"], "failed", "{operation}");
        let failure = &operation["failure"];
        assert_ne!(failure["outcome"], "unknown", "{operation}");
        let told = json!({
            "instance": operation["instance"], "typeId": attempt["typeId"], "operationId": operation["id"],
            "code": failure["code"], "outcome": failure["outcome"],
        });
        assert_eq!(*attempt, told, "{operation}");
    }
    assert_eq!(last["instance"], card["provider"]["instance"], "{last}");
    assert_eq!(last["status"] == "succeeded", is_active, "{last}");
    assert_eq!(card["provider"]["ref"].is_string(), is_active, "{card}");
    told_in_order(issuers, &card, &operations).await;
    card
}

/// The stream of the card's issue: from its creation to its end, without a gap, each operation's
/// part after that of the one before.
async fn told_in_order(issuers: &Issuers, card: &Value, operations: &[Value]) {
    let list = format!(
        "/v1/events?subject={}&limit=200",
        card["id"].as_str().unwrap()
    );
    let page = issuers.world.acme.get(&list).await.expect(200);
    let mut events = page["data"].as_array().unwrap().clone();
    let end = events
        .iter()
        .position(|event| event["type"] == "card.updated");
    events.truncate(end.expect("the card's end is told") + 1);
    assert_eq!(events[0]["type"], "card.created", "{events:#?}");
    let mut sequences: Vec<i64> = events
        .iter()
        .map(|e| e["sequence"].as_i64().unwrap())
        .collect();
    sequences.dedup();
    let gapless: Vec<i64> = (1..).take(sequences.len()).collect();
    assert_eq!(sequences, gapless, "{events:#?}");
    let ends = events.iter().filter(|event| {
        event["type"] == "operation.failed" || event["type"] == "operation.succeeded"
    });
    let ends: Vec<&Value> = ends
        .map(|event| &event["data"]["operation"]["id"])
        .collect();
    let done: Vec<&Value> = operations
        .iter()
        .rev()
        .map(|operation| &operation["id"])
        .collect();
    assert_eq!(ends, done, "{events:#?}");
}

/// Once nothing is under way any more.
pub async fn all_ended(issuers: &Issuers) {
    let ended = within(ENDED_WITHIN, async || {
        let open = issuers.world.acme.all("/v1/cards?status=pending").await;
        open.is_empty().then_some(())
    });
    if ended.await.is_none() {
        let open = issuers.world.acme.all("/v1/cards?status=pending").await;
        panic!(
            "still under way: {open:#?}\n{}",
            issuers.world.installation.log_tail()
        );
    }
}
