//! What goes wrong on the wire.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, card_body, client_body, eventually};

async fn fault(bench: &Bench, rule: Value) {
    let (status, _) = bench
        .control(Method::PUT, "/faults", json!({"faults": [rule]}))
        .await;
    assert_eq!(status, 204);
}

async fn records(bench: &Bench) -> usize {
    let state = bench.look("/state").await;
    state["records"].as_array().unwrap().len()
}

#[tokio::test]
async fn fault_says_its_words_and_works_or_not() {
    let bench = Bench::new().await;
    for (kind, status, code, made) in [
        ("refuse", 200, "REFUSED_ON_PURPOSE", 0),
        ("rate_limit", 429, "RATE_LIMITED", 0),
        ("error_before", 500, "INTERNAL_ERROR", 0),
        ("error_after", 500, "INTERNAL_ERROR", 1),
    ] {
        let before = records(&bench).await;
        fault(
            &bench,
            json!({"path": "/create-client", "kind": kind, "times": 1}),
        )
        .await;
        let answer = bench
            .call(Method::POST, "/create-client", &client_body(kind))
            .await;
        assert_eq!((answer.0, &answer.1["errors"][0]), (status, &json!(code)));
        assert_eq!(records(&bench).await - before, made, "{kind}");
    }
    let requests = bench.look("/requests").await["requests"].clone();
    assert_eq!(
        (&requests[0]["method"], &requests[0]["externalId"]),
        (&json!("POST"), &json!("refuse"))
    );
}

#[tokio::test]
async fn card_made_invisibly_is_listed_later() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    fault(
        &bench,
        json!({"path": "/create-card", "kind": "invisible", "millis": 600_000, "times": 1}),
    )
    .await;
    let hidden = bench.card_of(&person).await;
    let list = bench.post("/get-cards", json!({"person_id": person})).await;
    assert_eq!(list["total"], 0);
    fault(
        &bench,
        json!({"path": "/create-card", "kind": "invisible", "millis": 20, "times": 1}),
    )
    .await;
    let late = bench.post("/create-card", card_body(&person)).await;
    let list = eventually(async || {
        let list = bench.post("/get-cards", json!({"person_id": person})).await;
        (list["total"] == 1).then_some(list)
    })
    .await;
    assert_eq!(list["items"][0]["token_id"], late["token_id"]);
    let path = format!("/update-card-status/{hidden}");
    bench.patch(&path, json!({"token_status": "closed"})).await;
}
