//! The answer leaves in time, whatever is slow: the tenant's endpoint dead, slow, late or talking
//! nonsense; the database held up.

use std::time::Duration;

use cardmux_e2e::platform::{Behaviour, Platform};
use cardmux_e2e::{Database, Decider, Deciders, Spender, on_both_databases, wait_until};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    endpoint_is_asked_signed_and_its_word_counts,
    endpoint_that_gives_no_answer_leaves_it_to_the_stand_in,
    late_answer_of_the_endpoint_is_told_once,
    database_that_is_held_up_does_not_hold_up_the_answer,
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// FINCI waits that long (dossier 9.3).
const DEADLINE_MS: u64 = 3_000;

async fn start(database: Database, decisions: Value) -> (Deciders, String, Spender) {
    let setup = setup()
        .with("/tenants/acme/decisions", decisions)
        .with("/decisions", json!({ "margin_ms": 1000 }))
        .with("/database/acquire_timeout_ms", json!(1000));
    let deciders = Deciders::start_in_life(database, setup).await;
    let budget = deciders.budget("100.00", "EUR").await;
    let card = deciders.card(Decider::Finci, &budget).await;
    (deciders, budget, card)
}

fn asks(platform: &Platform, more: Value) -> Value {
    let mut decisions = json!({
        "endpoint": platform.url, "endpoint_secret": SECRET, "endpoint_timeout_ms": 400,
    });
    for (key, value) in more.as_object().unwrap() {
        decisions[key] = value.clone();
    }
    decisions
}

async fn pays(deciders: &Deciders, card: &Spender, amount: &str) -> (bool, String, Value) {
    let purchase = deciders.purchase(Decider::Finci, amount, "5411", "SHOP");
    let (approved, id, answer) = deciders.pays(card, &purchase).await;
    // The provider had an answer, in its time.
    assert_ne!(answer["answered"], "none", "{answer}");
    let took = answer["took_ms"].as_u64().unwrap();
    assert!(took < DEADLINE_MS, "{answer}");
    (approved, id, answer)
}

async fn endpoint_is_asked_signed_and_its_word_counts(database: Database) {
    let platform = Platform::start(Behaviour::Approve).await;
    // Long enough for any machine: that it is asked at all is the matter here.
    let decisions = asks(&platform, json!({ "endpoint_timeout_ms": 3000 }));
    let (deciders, budget, card) = start(database, decisions).await;
    let (approved, id, _) = pays(&deciders, &card, "10.00").await;
    assert!(approved);
    let authorization = deciders
        .authorization(&card, &id, |a| a["decidedBy"] == "endpoint")
        .await;
    for time in ["receivedAt", "evaluatedAt", "endpointAt"] {
        assert!(authorization["times"][time].is_string(), "{authorization}");
    }
    let asked = platform.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0].body["id"], authorization["id"]);
    assert_eq!(asked[0].body["available"]["amount"], "90.00");
    let left: u64 = asked[0].header("decision-deadline").parse().unwrap();
    assert!((1..=3000).contains(&left), "{left}");
    let signed = asked[0].header("webhook-signature");
    assert!(signed.starts_with("v1,"), "{signed}");
    // Says no: the hold is given back, the reason kept.
    platform.behaves(Behaviour::Decline);
    let (approved, id, _) = pays(&deciders, &card, "10.00").await;
    assert!(!approved);
    let authorization = deciders
        .authorization(&card, &id, |a| a["status"] == "declined")
        .await;
    let reasons = authorization["reasons"].to_string();
    assert!(reasons.contains("declined_by_endpoint"), "{reasons}");
    assert!(reasons.contains("not today"), "{reasons}");
    deciders
        .ledger_becomes(&budget, ["90.00", "10.00", "0.00"])
        .await;
    // What rules and funds decline is not asked about.
    let before = platform.asked().len();
    let (approved, ..) = pays(&deciders, &card, "90.01").await;
    assert!(!approved);
    assert_eq!(platform.asked().len(), before);
}

async fn endpoint_that_gives_no_answer_leaves_it_to_the_stand_in(database: Database) {
    let platform = Platform::start(Behaviour::Fails).await;
    let stand_in = json!({ "stand_in": { "ceiling": "20.00 EUR" } });
    let (deciders, budget, card) = start(database, asks(&platform, stand_in)).await;
    let silent = Behaviour::After(Duration::from_secs(60), Box::new(Behaviour::Approve));
    let broken = [
        Behaviour::Fails,
        Behaviour::HangUp,
        Behaviour::Says("approve"),
        Behaviour::Says(r#"{"decision":"perhaps"}"#),
        Behaviour::Says(""),
        silent,
    ];
    for behaviour in broken {
        platform.behaves(behaviour.clone());
        let (approved, id, answer) = pays(&deciders, &card, "1.00").await;
        assert!(approved, "below the ceiling: {behaviour:?} {answer}");
        let authorization = deciders
            .authorization(&card, &id, |a| a["decidedBy"] == "stand_in")
            .await;
        assert_eq!(authorization["verdict"], "approve", "{authorization}");
        let (approved, ..) = pays(&deciders, &card, "20.01").await;
        assert!(!approved, "above the ceiling: {behaviour:?}");
    }
    deciders
        .ledger_becomes(&budget, ["94.00", "6.00", "0.00"])
        .await;
}

async fn late_answer_of_the_endpoint_is_told_once(database: Database) {
    let late = Behaviour::After(Duration::from_millis(2500), Box::new(Behaviour::Approve));
    let platform = Platform::start(late).await;
    let (deciders, budget, card) = start(database, asks(&platform, json!({}))).await;
    let (approved, id, _) = pays(&deciders, &card, "1.00").await;
    assert!(!approved, "with no stand-in rule, no answer is no");
    let authorization = deciders
        .authorization(&card, &id, |a| a["status"] == "declined")
        .await;
    let told = async || {
        let events = deciders.api().all("/v1/events").await;
        let late = |e: &Value| e["type"] == "authorization.late_answer";
        events.into_iter().filter(late).collect::<Vec<_>>()
    };
    wait_until("the late answer is told", async || !told().await.is_empty()).await;
    let told = told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    let facts = &told[0]["data"]["authorization"];
    assert_eq!(facts["id"], authorization["id"]);
    assert_eq!(facts["lateVerdict"], "approve");
    assert_eq!(facts["verdict"], "decline");
    deciders
        .ledger_becomes(&budget, ["100.00", "0.00", "0.00"])
        .await;
}

async fn database_that_is_held_up_does_not_hold_up_the_answer(database: Database) {
    let (deciders, budget, card) = start(database, json!({})).await;
    let held_up = deciders.world.database.hold_up().await;
    let purchases = (0..4).map(|_| pays(&deciders, &card, "1.00"));
    let answers = futures::future::join_all(purchases).await;
    // Five seconds in all: longer than any deadline.
    cardmux_emulator_kit::clock::pause(Duration::from_secs(3)).await;
    held_up.release().await;
    for (approved, id, answer) in answers {
        assert!(!approved, "{answer}");
        let authorization = deciders
            .authorization(&card, &id, |a| a["status"] == "declined")
            .await;
        assert_ne!(authorization["verdict"], "approve", "{authorization}");
    }
    deciders
        .ledger_becomes(&budget, ["100.00", "0.00", "0.00"])
        .await;
    // And then it goes on.
    let (approved, ..) = pays(&deciders, &card, "1.00").await;
    assert!(approved);
    deciders
        .ledger_becomes(&budget, ["99.00", "1.00", "0.00"])
        .await;
}
