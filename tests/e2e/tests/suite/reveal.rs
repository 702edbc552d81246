//! Card numbers reach whom they are for, and nobody and nothing else.

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::setup::{ACME, GLOBEX};
use cardmux_e2e::traces::Canary;
use cardmux_e2e::{Answer, Api, Database, Setup, World, on_both_databases};
use serde_json::{Value, json};

use crate::jose::Recipient;
use crate::setup;

on_both_databases! {
    reveal_at_finhub_is_opened_by_jwcrypto_and_audited,
    reveal_at_upstream_is_opened_by_jwcrypto_and_audited,
    reveal_without_a_key_is_clear_text_only_where_configured,
    reveal_of_a_gift_card_is_its_link_only,
    reveal_of_values_that_come_in_clear_is_the_same,
    reveal_to_a_private_or_weak_key_is_refused_by_pointer,
    reveal_to_the_wrong_caller_is_refused,
    reveal_too_often_is_refused_for_that_card_alone,
    reveal_with_an_idempotency_key_is_a_new_one_each_time,
    reveal_with_a_merchant_key_of_2048_bits_is_the_same,
    reveal_with_a_merchant_key_of_4096_bits_is_the_same,
}

/// What the emulator alone knows of a card, as the API shows it.
pub fn secrets(world: &World, card: &Value) -> Value {
    let state = world.emulator.saved();
    let cards = state["provider"]["cards"].as_array().unwrap();
    let found = cards
        .iter()
        .find(|one| one["card_no"] == card["provider"]["ref"])
        .expect("the provider has the card");
    json!({ "number": found["number"], "cvv": found["cvv"], "expiry": found["expires"] })
}

fn path(card: &Value) -> String {
    format!("/v1/cards/{}/reveal", card["id"].as_str().unwrap())
}

async fn reveal(api: &Api, card: &Value, body: Value) -> Answer {
    Answer::of(api.request(reqwest::Method::POST, &path(card)).json(&body)).await
}

/// The secrets in an answer to this recipient, which holds nothing else.
async fn opened(answer: Answer, recipient: &Recipient) -> Value {
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.expect(200);
    let fields: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["jwe"]);
    recipient.open(body["jwe"].as_str().unwrap()).await
}

fn number(secrets: &Value) -> Canary {
    let number = secrets["number"].as_str().unwrap();
    assert_eq!(number.len(), 16);
    ("a card number".to_owned(), number.to_owned())
}

fn traced(setup: Setup) -> Setup {
    Setup {
        log_filter: "trace",
        ..setup
    }
}

async fn reveal_at_finhub_is_opened_by_jwcrypto_and_audited(database: Database) {
    revealed(database, setup()).await;
}

async fn reveal_at_upstream_is_opened_by_jwcrypto_and_audited(database: Database) {
    revealed(database, setup().upstream()).await;
}

async fn revealed(database: Database, setup: Setup) {
    let world = World::start(database, traced(setup)).await;
    let api = world.revealer().await;
    let card = api.issue(&world.usd_type, "20.00").await;
    let secrets = secrets(&world, &card);
    let mut requests = Vec::new();
    for kind in ["rsa", "p256"] {
        let recipient = Recipient::new(kind).await;
        let answer = reveal(&api, &card, json!({ "publicKey": recipient.public })).await;
        requests.push(answer.header("x-request-id").unwrap().to_owned());
        assert_eq!(opened(answer, &recipient).await, secrets, "{kind}");
    }
    let audited = world.audited().await;
    let found: Vec<_> = audited.iter().map(|record| &record["request_id"]).collect();
    assert_eq!(found, requests.iter().collect::<Vec<_>>(), "{audited:?}");
    let key = api.key().trim_start_matches("cmx_");
    let actor = format!("key_{}", key.split('_').next().unwrap());
    for record in &audited {
        assert_eq!(record["action"], "card.revealed");
        assert_eq!(record["subject"], card["id"]);
        assert_eq!(record["actor"], actor.as_str());
        assert_eq!(record["tenant"], ACME);
    }
    let path = format!(
        "/admin/v1/audit?tenant={ACME}&subject={}",
        card["id"].as_str().unwrap()
    );
    let operator = world.key("operator", &["operator"]).await;
    let trail = operator.get(&path).await.expect(200);
    let trail = trail["data"].as_array().unwrap();
    assert_eq!(trail.len(), 2, "{trail:?}");
    assert_eq!(trail[0]["requestId"], requests[1].as_str(), "newest first");
    api.get(&path).await.problem(403, "forbidden");
    let none: [String; 0] = [];
    assert_eq!(world.traces(&[number(&secrets)]).await, none);
}

async fn reveal_without_a_key_is_clear_text_only_where_configured(database: Database) {
    let setup = traced(setup()).with("/tenants/globex/clear_reveal", json!(true));
    let world = World::start(database, setup).await;
    let acme = world.revealer().await;
    let card = acme.issue(&world.usd_type, "20.00").await;
    let refused = reveal(&acme, &card, json!({})).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/publicKey");
    // Nothing was shown, so there is nothing to tell about.
    assert!(world.audited().await.is_empty());

    let scopes = ["cards:read", "cards:write", "cards:reveal"];
    let globex = world.key(GLOBEX, &scopes).await;
    let card = globex.issue(&world.usd_type, "20.00").await;
    let secrets = secrets(&world, &card);
    let answer = reveal(&globex, &card, json!({})).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.expect(200), secrets);
    let recipient = Recipient::new("p256").await;
    let answer = reveal(&globex, &card, json!({ "publicKey": recipient.public })).await;
    assert_eq!(opened(answer, &recipient).await, secrets);
    let none: [String; 0] = [];
    assert_eq!(world.traces(&[number(&secrets)]).await, none);
}

async fn reveal_of_a_gift_card_is_its_link_only(database: Database) {
    let world = World::start(database, traced(setup())).await;
    let api = world.revealer().await;
    let gift = world.type_id("111090").await;
    let card = api.issue(&gift, "25.00").await;
    let recipient = Recipient::new("rsa").await;
    let answer = reveal(&api, &card, json!({ "publicKey": recipient.public })).await;
    let secrets = opened(answer, &recipient).await;
    let fields: Vec<_> = secrets.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["redemptionUrl"]);
    let link = secrets["redemptionUrl"].as_str().unwrap();
    assert!(link.starts_with("https://"), "no link");
    let none: [String; 0] = [];
    let canary = ("a redemption link".to_owned(), link.to_owned());
    assert_eq!(world.traces(&[canary]).await, none);
}

async fn reveal_of_values_that_come_in_clear_is_the_same(database: Database) {
    const SENSITIVE: &str = "/providers/fincard_main/settings/sensitive_values";
    let mut setup = traced(setup()).with(SENSITIVE, json!("plain"));
    setup.fincard.quirks.encrypt_secrets = false;
    let world = World::start(database, setup).await;
    let api = world.revealer().await;
    let card = api.issue(&world.usd_type, "20.00").await;
    let secrets = secrets(&world, &card);
    let recipient = Recipient::new("p256").await;
    let answer = reveal(&api, &card, json!({ "publicKey": recipient.public })).await;
    assert_eq!(opened(answer, &recipient).await, secrets);
    let none: [String; 0] = [];
    assert_eq!(world.traces(&[number(&secrets)]).await, none);
}

async fn reveal_to_a_private_or_weak_key_is_refused_by_pointer(database: Database) {
    let world = World::start(database, traced(setup())).await;
    let api = world.revealer().await;
    let card = api.issue(&world.usd_type, "20.00").await;
    let secrets = secrets(&world, &card);
    let [rsa, p256] = [Recipient::new("rsa").await, Recipient::new("p256").await];
    let with = |mut jwk: Value, member: &str, value: Value| {
        jwk[member] = value;
        jwk
    };
    let cases = [
        ("/publicKey/d", rsa.private()),
        ("/publicKey/d", p256.private()),
        ("/publicKey", json!("a key")),
        ("/publicKey/kty", json!({})),
        ("/publicKey/kty", json!({ "kty": "oct" })),
        // 1024 bits.
        (
            "/publicKey/n",
            with(rsa.public.clone(), "n", json!("_".repeat(171))),
        ),
        (
            "/publicKey/use",
            with(rsa.public.clone(), "use", json!("sig")),
        ),
        (
            "/publicKey/crv",
            with(p256.public.clone(), "crv", json!("P-521")),
        ),
        (
            "/publicKey/x",
            with(p256.public.clone(), "x", json!("AAAA")),
        ),
    ];
    let mut canaries = vec![number(&secrets)];
    for (pointer, key) in cases {
        let private = key["d"].as_str().map(str::to_owned);
        let answer = reveal(&api, &card, json!({ "publicKey": key })).await;
        let text = answer.text.clone();
        let problem = answer.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        if let Some(private) = private {
            assert!(!text.contains(&private), "{pointer}: said again");
            canaries.push(("a private key".to_owned(), private));
        }
    }
    assert!(world.audited().await.is_empty());
    let none: [String; 0] = [];
    assert_eq!(world.traces(&canaries).await, none);
}

async fn reveal_to_the_wrong_caller_is_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let card = world.acme.issue(&world.usd_type, "20.00").await;
    let recipient = Recipient::new("p256").await;
    let body = json!({ "publicKey": recipient.public });
    reveal(&world.acme, &card, body.clone())
        .await
        .problem(403, "forbidden");
    let globex = world.key(GLOBEX, &["cards:reveal"]).await;
    reveal(&globex, &card, body.clone())
        .await
        .problem(404, "resource_not_found");
    let nobody = world
        .acme
        .bare(reqwest::Method::POST, &path(&card))
        .json(&body);
    Answer::of(nobody).await.problem(401, "unauthenticated");
    assert!(world.audited().await.is_empty());
}

async fn reveal_too_often_is_refused_for_that_card_alone(database: Database) {
    let world = World::start(
        database,
        setup().with("/api", json!({ "reveals_per_minute": 2 })),
    )
    .await;
    let api = world.revealer().await;
    let [card, other] = [
        api.issue(&world.usd_type, "20.00").await,
        api.issue(&world.usd_type, "20.00").await,
    ];
    let recipient = Recipient::new("p256").await;
    let body = json!({ "publicKey": recipient.public });
    for _ in 0..2 {
        reveal(&api, &card, body.clone()).await.expect(200);
    }
    reveal(&api, &card, body.clone())
        .await
        .problem(429, "rate_limited");
    reveal(&api, &other, body).await.expect(200);
    assert_eq!(world.audited().await.len(), 3);
}

async fn reveal_with_an_idempotency_key_is_a_new_one_each_time(database: Database) {
    let world = World::start(database, setup()).await;
    let api = world.revealer().await;
    let card = api.issue(&world.usd_type, "20.00").await;
    let before = world.database.rows("idempotency_keys").await;
    let recipient = Recipient::new("p256").await;
    let body = json!({ "publicKey": recipient.public });
    let key = fresh_key();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let answer = api.post(&path(&card), &key, &body).await;
        assert!(!answer.is_replay());
        seen.push(answer.expect(200)["jwe"].clone());
    }
    assert_ne!(seen[0], seen[1], "encrypted anew");
    assert_eq!(world.database.rows("idempotency_keys").await, before);
    assert_eq!(world.audited().await.len(), 2);
}

async fn reveal_with_a_merchant_key_of_2048_bits_is_the_same(database: Database) {
    keyed(database, 2048).await;
}

async fn reveal_with_a_merchant_key_of_4096_bits_is_the_same(database: Database) {
    keyed(database, 4096).await;
}

/// The other tests have 1024 bits, as FinCard's real key.
async fn keyed(database: Database, key_bits: usize) {
    let mut setup = setup();
    setup.fincard.key_bits = key_bits;
    let world = World::start(database, setup).await;
    let api = world.revealer().await;
    let card = api.issue(&world.usd_type, "20.00").await;
    let recipient = Recipient::new("p256").await;
    let answer = reveal(&api, &card, json!({ "publicKey": recipient.public })).await;
    assert_eq!(opened(answer, &recipient).await, secrets(&world, &card));
}
