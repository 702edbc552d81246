//! Codes and links for cardholders: shown to whoever may see them, kept nowhere.

use std::collections::BTreeMap;

use cardmux_e2e::setup::GLOBEX;
use cardmux_e2e::traces::Canary;
use cardmux_e2e::{Api, Database, Setup, World, eventually, on_both_databases};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    challenges_at_finhub_are_shown_on_reading_and_kept_nowhere,
    challenges_at_upstream_are_shown_on_reading_and_kept_nowhere,
    challenges_in_clear_webhooks_are_kept_nowhere,
    challenges_in_clear_wrapped_webhooks_are_kept_nowhere,
    challenges_of_others_are_refused,
}

/// What cardholders would be told; long enough not to occur by chance.
const OTP: &str = "otp-canary-604417-of-the-tests";
const LINK: &str = "https://acs.example/approve/canary-991827";
const CODE: &str = "activation-canary-258013-of-the-tests";

async fn challenges_at_finhub_are_shown_on_reading_and_kept_nowhere(database: Database) {
    shown(database, setup()).await;
}

async fn challenges_at_upstream_are_shown_on_reading_and_kept_nowhere(database: Database) {
    shown(database, setup().upstream()).await;
}

async fn challenges_in_clear_webhooks_are_kept_nowhere(database: Database) {
    shown(database, in_clear(setup())).await;
}

async fn challenges_in_clear_wrapped_webhooks_are_kept_nowhere(database: Database) {
    let mut setup = in_clear(setup());
    setup.fincard.quirks.wrapped_webhooks = true;
    shown(database, setup).await;
}

fn in_clear(setup: Setup) -> Setup {
    const SENSITIVE: &str = "/providers/fincard_main/settings/sensitive_values";
    let mut setup = setup.with(SENSITIVE, json!("plain"));
    setup.fincard.quirks.encrypt_secrets = false;
    setup
}

async fn shown(database: Database, setup: Setup) {
    let setup = Setup {
        log_filter: "trace",
        ..setup
    };
    let world = World::start(database, setup).await;
    let api = world.revealer().await;
    let card = api.issue(&world.usd_type, "20.00").await;
    let refs = challenge(&world, &card).await;
    let events = noticed(&api, &card, refs.len()).await;

    let path = path(&card);
    let answer = api.get(&path).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let challenges = answer.expect(200);
    let challenges = challenges["data"].as_array().unwrap();
    let mut told = BTreeMap::new();
    for challenge in challenges {
        let kind = challenge["kind"].as_str().unwrap();
        assert_eq!(challenge["providerRef"], refs[kind].as_str());
        // Only a link says until when it is of use.
        assert_eq!(challenge["expiresAt"].is_string(), kind == "approval_url");
        assert_eq!(events[kind]["expiresAt"], challenge["expiresAt"]);
        assert_eq!(events[kind]["providerRef"], challenge["providerRef"]);
        told.insert(kind, challenge["value"].as_str().unwrap());
    }
    let expected = [
        ("otp", OTP),
        ("approval_url", LINK),
        ("activation_code", CODE),
    ];
    assert_eq!(told, BTreeMap::from(expected));
    let otp = challenges.iter().find(|one| one["kind"] == "otp").unwrap();
    assert_eq!(
        otp["amount"],
        json!({ "amount": "12.50", "currency": "USD" })
    );
    assert_eq!(otp["merchantName"], "EXAMPLE SHOP");

    let audited = world.audited().await;
    assert_eq!(audited.len(), 1, "{audited:?}");
    assert_eq!(audited[0]["action"], "card.challenges_read");
    assert_eq!(audited[0]["subject"], card["id"]);

    let mut canaries = sent_values(&world);
    canaries.extend(expected.map(|(kind, value)| (kind.to_owned(), value.to_owned())));
    let none: [String; 0] = [];
    assert_eq!(world.traces(&canaries).await, none);
}

fn path(card: &Value) -> String {
    format!("/v1/cards/{}/challenges", card["id"].as_str().unwrap())
}

/// One of each kind; the provider's ids of them by our names of the kinds.
async fn challenge(world: &World, card: &Value) -> BTreeMap<&'static str, String> {
    let card_no = card["provider"]["ref"].as_str().unwrap();
    let route = format!("cards/{card_no}/challenges");
    let otp = json!({
        "type": "third_3ds_otp", "value": OTP, "amount": "12.50", "currency": "USD",
        "merchantName": "EXAMPLE SHOP",
    });
    let link = json!({ "type": "auth_url", "value": LINK, "expiresInMillis": 600_000 });
    let code = json!({ "type": "activation_code", "value": CODE });
    let mut refs = BTreeMap::new();
    for (kind, body) in [
        ("otp", otp),
        ("approval_url", link),
        ("activation_code", code),
    ] {
        let made = world.emulator.happen(&route, body).await;
        refs.insert(kind, made.unwrap());
    }
    refs
}

/// The facts in the events about them, by kind. They hold no value.
async fn noticed(api: &Api, card: &Value, count: usize) -> BTreeMap<String, Value> {
    let card_id = card["id"].as_str().unwrap();
    let list = format!("/v1/events?cardId={card_id}&type=card.challenge_created");
    let events = eventually("the challenges are events", async || {
        let events = api.all(&list).await;
        (events.len() == count).then_some(events)
    })
    .await;
    let facts = events.into_iter().map(|mut event| {
        assert_eq!(event["subject"], card_id);
        let facts = event["data"]["challenge"].take();
        let mut fields: Vec<_> = facts.as_object().unwrap().keys().cloned().collect();
        fields.sort_unstable();
        assert_eq!(fields, ["expiresAt", "kind", "providerRef"]);
        (facts["kind"].as_str().unwrap().to_owned(), facts)
    });
    facts.collect()
}

/// The values as they were on the wire: those are for nobody to keep either.
fn sent_values(world: &World) -> Vec<Canary> {
    let state = world.emulator.saved();
    let deliveries = state["outbox"]["deliveries"].as_array().unwrap();
    let bodies = deliveries.iter().map(|delivery| {
        let body = delivery["event"]["body"].as_str().unwrap();
        serde_json::from_str::<Value>(body).unwrap()
    });
    let values = bodies.filter_map(|body| {
        let value = body["values"]
            .as_str()
            .or(body["data"]["values"].as_str())?;
        Some(("a value on the wire".to_owned(), value.to_owned()))
    });
    let values: Vec<_> = values.collect();
    assert_eq!(values.len(), 3);
    values
}

async fn challenges_of_others_are_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let card = world.acme.issue(&world.usd_type, "20.00").await;
    challenge(&world, &card).await;
    noticed(&world.acme, &card, 3).await;
    // The key sees the event, and nothing of what it is about.
    world.acme.get(&path(&card)).await.problem(403, "forbidden");
    let globex = world.key(GLOBEX, &["cards:reveal", "events:read"]).await;
    globex
        .get(&path(&card))
        .await
        .problem(404, "resource_not_found");
    assert!(globex.all("/v1/events").await.is_empty());
    assert!(world.audited().await.is_empty());
}
