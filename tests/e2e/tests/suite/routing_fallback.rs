//! A request whose first issuer makes no card: the next one makes it where the first certainly did
//! nothing for a reason of its own, and nobody else where that is not certain. Never two cards.

use std::collections::BTreeSet;

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::{Database, Issuer, Issuers, Setup, env, on_both_databases};
use futures::StreamExt as _;
use futures::future::join_all;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};

use crate::batch;
use crate::routed::{all_ended, body, books_agree, ended, fault, patient, routed};

on_both_databases! {
    fallback_follows_an_issuer_that_asks_to_slow_down,
    fallback_follows_an_issuer_that_is_not_there,
    fallback_follows_an_empty_wallet,
    fallback_follows_credentials_that_are_not_accepted,
    fallback_goes_on_until_one_issues_or_none_is_left,
    fallback_does_not_follow_a_refusal_of_the_request,
    fallback_does_not_follow_what_is_not_known,
    fallback_of_many_requests_at_random_is_one_card_each,
    fallback_of_batch_items_is_one_card_each,
    fallback_asked_for_many_times_at_once_is_one_card,
    batch_item_that_nobody_may_ever_issue_fails_at_once,
}

/// The card of one request, once it has ended; asking again gives the same answer.
async fn issued(issuers: &Issuers, first: Issuer) -> Value {
    let acme = &issuers.world.acme;
    let key = fresh_key();
    let answer = acme.post("/v1/cards", &key, &body(first)).await;
    assert!(matches!(answer.status, 201 | 202), "{}", answer.text);
    let card = ended(issuers, answer.body["id"].as_str().unwrap()).await;
    let again = acme.post("/v1/cards", &key, &body(first)).await;
    assert!(again.is_replay(), "{again:?}");
    assert_eq!(again.text, answer.text);
    books_agree(issuers).await;
    card
}

/// It went by `first` for this reason, and was issued by `second`.
fn followed(card: &Value, [first, second]: [Issuer; 2], code: &str, outcome: &str) {
    assert_eq!(card["status"], "active", "{card}");
    assert_eq!(card["provider"]["instance"], second.instance(), "{card}");
    let failed = card["routing"]["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 1, "{card}");
    let told = ["instance", "code", "outcome"].map(|name| &failed[0][name]);
    assert_eq!(told, [first.instance(), code, outcome], "{card}");
}

async fn fallback_follows_an_issuer_that_asks_to_slow_down(database: Database) {
    let issuers = Issuers::start(database, patient(), None).await;
    for turn in [
        [Issuer::Fincard, Issuer::Finup],
        [Issuer::Finup, Issuer::Fincard],
        [Issuer::Bfinance, Issuer::Fincard],
    ] {
        fault(&issuers, turn[0], "rate_limit", 1).await;
        let card = issued(&issuers, turn[0]).await;
        followed(&card, turn, "provider_rate_limited", "rejected");
    }
}

async fn fallback_follows_an_issuer_that_is_not_there(database: Database) {
    let mut issuers = Issuers::start(database, patient(), None).await;
    issuers.world.emulator.down().await;
    let acme = &issuers.world.acme;
    let answer = acme
        .post("/v1/cards", &fresh_key(), &body(Issuer::Fincard))
        .await
        .expect(201);
    let card = ended(&issuers, answer["id"].as_str().unwrap()).await;
    let turn = [Issuer::Fincard, Issuer::Finup];
    followed(&card, turn, "provider_unavailable", "not_sent");
    issuers.world.emulator.up().await;
    books_agree(&issuers).await;
}

async fn fallback_follows_an_empty_wallet(database: Database) {
    let issuers = Issuers::start(database, patient(), None).await;
    let acme = &issuers.world.acme;
    let budget = json!({ "name": "All of it", "currency": "USD" });
    let budget = acme.finished("/v1/budgets", &budget).await.expect(201);
    let path = format!("/v1/budgets/{}/fund", budget["id"].as_str().unwrap());
    // One dollar is left, and a card costs five.
    acme.succeeds(&path, &json!({ "amount": usd("999999.00") }))
        .await;
    let card = issued(&issuers, Issuer::Fincard).await;
    let turn = [Issuer::Fincard, Issuer::Finup];
    followed(&card, turn, "insufficient_funds", "rejected");
}

async fn fallback_follows_credentials_that_are_not_accepted(database: Database) {
    let mut issuers = Issuers::start(database, patient(), None).await;
    let file = issuers.world.installation.config.clone();
    let text = std::fs::read_to_string(&file).unwrap();
    let mut config: toml::Table = text.parse().unwrap();
    config["providers"]["bfinance_main"]["settings"]["token"] = "revoked".into();
    std::fs::write(&file, config.to_string()).unwrap();
    issuers.restart(None).await;
    let card = issued(&issuers, Issuer::Bfinance).await;
    let turn = [Issuer::Bfinance, Issuer::Fincard];
    followed(&card, turn, "provider_misconfigured", "rejected");
}

async fn fallback_goes_on_until_one_issues_or_none_is_left(database: Database) {
    let issuers = Issuers::start(database, patient(), None).await;
    for issuer in [Issuer::Finup, Issuer::Fincard] {
        fault(&issuers, issuer, "rate_limit", 1).await;
    }
    let card = issued(&issuers, Issuer::Finup).await;
    assert_eq!(
        card["provider"]["instance"],
        Issuer::Bfinance.instance(),
        "{card}"
    );
    let failed = card["routing"]["failed"].as_array().unwrap();
    let failed: Vec<&Value> = failed.iter().map(|attempt| &attempt["instance"]).collect();
    assert_eq!(
        failed,
        [Issuer::Finup.instance(), Issuer::Fincard.instance()]
    );

    for issuer in Issuer::ALL {
        fault(&issuers, issuer, "rate_limit", 1).await;
    }
    let acme = &issuers.world.acme;
    let nobody = acme
        .post("/v1/cards", "patience", &body(Issuer::Finup))
        .await;
    let nobody = nobody.problem(503, "provider_rate_limited");
    let card = ended(&issuers, nobody["cardId"].as_str().unwrap()).await;
    assert_eq!(card["status"], "failed");
    assert_eq!(
        card["routing"]["failed"].as_array().unwrap().len(),
        2,
        "{card}"
    );
    // Nothing was done, so that the same key may be sent again.
    let card = acme
        .post("/v1/cards", "patience", &body(Issuer::Finup))
        .await
        .expect(201);
    assert_eq!(
        card["provider"]["instance"],
        Issuer::Finup.instance(),
        "{card}"
    );
    ended(&issuers, card["id"].as_str().unwrap()).await;
    books_agree(&issuers).await;
}

async fn fallback_does_not_follow_a_refusal_of_the_request(database: Database) {
    let issuers = Issuers::start(database, patient(), None).await;
    let acme = &issuers.world.acme;
    for first in Issuer::ALL {
        fault(&issuers, first, "refuse", 1).await;
        let key = fresh_key();
        let refused = acme.post("/v1/cards", &key, &body(first)).await;
        let text = refused.text.clone();
        let problem = refused.problem(422, "provider_refused");
        let card = ended(&issuers, problem["cardId"].as_str().unwrap()).await;
        assert_eq!(card["status"], "failed", "{card}");
        assert_eq!(card["routing"]["failed"], json!([]), "{card}");
        let again = acme.post("/v1/cards", &key, &body(first)).await;
        assert!(again.is_replay(), "{again:?}");
        assert_eq!(again.text, text);
    }
    books_agree(&issuers).await;
}

/// Done and answered too late, failed before and after the work, broken off: whatever it was, nobody
/// else is asked, and in the end there is that issuer's card or none.
async fn fallback_does_not_follow_what_is_not_known(database: Database) {
    let issuers = Issuers::start(database, routed(), None).await;
    for first in Issuer::ALL {
        for kind in [
            "delay",
            "error_before",
            "error_after",
            "drop_after",
            "truncate",
        ] {
            fault(&issuers, first, kind, 1).await;
            let card = issued(&issuers, first).await;
            assert_eq!(card["routing"]["failed"], json!([]), "{kind}: {card}");
            assert_eq!(
                card["provider"]["instance"],
                first.instance(),
                "{kind}: {card}"
            );
            // Only where the work was not done may there be none.
            assert!(
                card["status"] == "active" || kind == "error_before",
                "{kind}: {card}"
            );
        }
    }
}

/// Every way a call can go wrong, as often as not.
fn faults(at: Issuer) -> Value {
    let kinds = [
        "refuse",
        "rate_limit",
        "rate_limit",
        "rate_limit",
        "drop_before",
        "drop_after",
        "error_before",
        "error_after",
        "truncate",
    ];
    let rule = |kind| json!({ "kind": kind, "path": at.issue_path(), "probability": 0.07 });
    kinds.into_iter().map(rule).collect()
}

const AT_RANDOM: usize = 60;

async fn fallback_of_many_requests_at_random_is_one_card_each(database: Database) {
    let setup = Setup {
        emulator_file: false,
        poll_ms: 2000,
        ..patient()
    };
    let issuers = Issuers::start(database, setup, None).await;
    for issuer in Issuer::ALL {
        issuers.faults(issuer, faults(issuer)).await;
    }
    let mut rng = StdRng::seed_from_u64(11);
    let firsts: Vec<Issuer> = (0..AT_RANDOM)
        .map(|_| *Issuer::ALL.choose(&mut rng).unwrap())
        .collect();
    let answers = futures::stream::iter(firsts)
        .map(async |first| {
            let answer = issuers
                .world
                .acme
                .post("/v1/cards", &fresh_key(), &body(first))
                .await;
            let id = ["id", "cardId"]
                .iter()
                .find_map(|name| answer.body[*name].as_str());
            id.unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
        })
        .buffer_unordered(6);
    let cards: Vec<String> = answers.collect().await;
    for issuer in Issuer::ALL {
        issuers.faults(issuer, json!([])).await;
    }
    all_ended(&issuers).await;
    let (mut active, mut turned) = (0, 0);
    for id in &cards {
        let card = ended(&issuers, id).await;
        let failed = !card["routing"]["failed"].as_array().unwrap().is_empty();
        active += usize::from(card["status"] == "active");
        turned += usize::from(failed && card["status"] == "active");
    }
    env::say(&format!(
        "{AT_RANDOM} requests: {active} cards, {turned} of them after another issuer"
    ));
    assert!(turned > 0 && active > turned, "{active} and {turned}");
    books_agree(&issuers).await;
}

async fn fallback_of_batch_items_is_one_card_each(database: Database) {
    let issuers = Issuers::start(database, patient(), None).await;
    let acme = &issuers.world.acme;
    // Nobody at FinCard, one of them at Finup.
    fault(&issuers, Issuer::Fincard, "rate_limit", 1000).await;
    fault(&issuers, Issuer::Finup, "rate_limit", 1).await;
    let items: Vec<Value> = (0..6).map(|_| body(Issuer::Fincard)).collect();
    let accepted = acme
        .post("/v1/card-batches", &fresh_key(), &json!({ "items": items }))
        .await;
    let accepted = accepted.expect(202);
    let id = accepted["id"].as_str().unwrap();
    let batch = batch::ended(acme, id).await;
    assert_eq!(batch["counts"]["succeeded"], 6, "{batch}");
    let items = acme.all(&format!("/v1/card-batches/{id}/items")).await;
    let mut elsewhere = 0;
    for item in &items {
        let card = ended(&issuers, item["cardId"].as_str().unwrap()).await;
        assert_eq!(card["status"], "active", "{card}");
        let last = &acme
            .all(&format!(
                "/v1/operations?cardId={}",
                item["cardId"].as_str().unwrap()
            ))
            .await[0];
        assert_eq!(item["operationId"], last["id"], "{item}");
        elsewhere += card["routing"]["failed"].as_array().unwrap().len();
    }
    assert_eq!(elsewhere, 7);
    // No item was tried a second time.
    assert_eq!(acme.all("/v1/cards").await.len(), 6);
    books_agree(&issuers).await;
}

/// Repeats of one request, while it goes from one issuer to the next.
const AT_ONCE: usize = 8;
const ROUNDS: usize = 10;

async fn fallback_asked_for_many_times_at_once_is_one_card(database: Database) {
    let issuers = Issuers::start(database, patient(), None).await;
    let acme = &issuers.world.acme;
    for _ in 0..ROUNDS {
        fault(&issuers, Issuer::Finup, "rate_limit", 1).await;
        let (key, asked) = (fresh_key(), body(Issuer::Finup));
        let answers = join_all((0..AT_ONCE).map(|_| acme.post("/v1/cards", &key, &asked))).await;
        let (made, refused): (Vec<_>, Vec<_>) = answers
            .into_iter()
            .partition(|answer| matches!(answer.status, 201 | 202));
        for answer in refused {
            answer.problem(409, "idempotency_key_in_use");
        }
        let ids: BTreeSet<&str> = made
            .iter()
            .map(|a| a.body["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), 1, "{made:?}");
        let card = ended(&issuers, ids.first().unwrap()).await;
        let turn = [Issuer::Finup, Issuer::Fincard];
        followed(&card, turn, "provider_rate_limited", "rejected");
    }
    assert_eq!(acme.all("/v1/cards").await.len(), ROUNDS);
    books_agree(&issuers).await;
}

async fn batch_item_that_nobody_may_ever_issue_fails_at_once(database: Database) {
    let issuers = Issuers::start(database, patient(), None).await;
    let acme = &issuers.world.acme;
    let mut wanted = body(Issuer::Fincard);
    wanted["want"]["currency"] = json!("JPY");
    let accepted = acme
        .post(
            "/v1/card-batches",
            &fresh_key(),
            &json!({ "items": [wanted] }),
        )
        .await;
    let accepted = accepted.expect(202);
    let id = accepted["id"].as_str().unwrap();
    // An item that is tried again takes longer than this waits.
    let batch = batch::ended(acme, id).await;
    assert_eq!(batch["counts"]["failed"], 1, "{batch}");
    let items = acme.all(&format!("/v1/card-batches/{id}/items")).await;
    assert_eq!(items[0]["error"]["code"], "no_route", "{items:?}");
    assert!(acme.all("/v1/cards").await.is_empty());
}
