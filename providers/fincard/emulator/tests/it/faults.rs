//! Each fault kind: what the client sees, and whether the work was done.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Bench, FINHUB, eventually, reference};

/// Arms one fault for the next opening.
async fn armed(fault: Value) -> Bench {
    let bench = Bench::new().await;
    let mut fault = fault;
    fault["path"] = json!("/card/v2/openCard");
    fault["times"] = json!(1);
    bench.put("/faults", json!({"faults": [fault]})).await;
    bench
}

fn opening(bench: &Bench, reference: &str) -> reqwest::RequestBuilder {
    let body = json!({"merchantOrderNo": reference, "cardTypeId": 111001, "amount": 50});
    bench
        .finhub(&format!("{FINHUB}/card/v2/openCard"))
        .json(&body)
}

async fn orders(bench: &Bench) -> usize {
    bench.look("/state").await["orders"]
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test]
async fn drop_before_does_nothing_and_drop_after_does_the_work() {
    for (kind, done) in [("drop_before", 0), ("drop_after", 1)] {
        let bench = armed(json!({"kind": kind})).await;
        let error = opening(&bench, &reference()).send().await.unwrap_err();
        assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
        assert_eq!(orders(&bench).await, done, "{kind}");
    }
}

#[tokio::test]
async fn error_before_does_nothing_and_error_after_does_the_work() {
    for (kind, done) in [("error_before", 0), ("error_after", 1)] {
        let bench = armed(json!({"kind": kind})).await;
        let (status, answer) = bench.send(opening(&bench, &reference())).await;
        assert_eq!((status, &answer["code"]), (500, &json!(500)));
        assert_eq!(orders(&bench).await, done, "{kind}");
    }
}

#[tokio::test]
async fn refuse_and_rate_limit_do_nothing() {
    for (kind, status, code) in [("refuse", 200, -1), ("rate_limit", 429, 429)] {
        let bench = armed(json!({"kind": kind})).await;
        let (got, answer) = bench.send(opening(&bench, &reference())).await;
        assert_eq!((got, &answer["code"]), (status, &json!(code)));
        assert_eq!(orders(&bench).await, 0, "{kind}");
        assert_eq!(
            bench.send(opening(&bench, &reference())).await.1["success"],
            true
        );
    }
}

#[tokio::test]
async fn hang_closes_without_an_answer_after_its_time() {
    let bench = armed(json!({"kind": "hang", "millis": 150})).await;
    let started = Instant::now();
    assert!(opening(&bench, &reference()).send().await.is_err());
    assert!(started.elapsed() >= Duration::from_millis(150));
    assert_eq!(orders(&bench).await, 0);
}

#[tokio::test]
async fn delay_does_the_work_and_answers_late() {
    let bench = armed(json!({"kind": "delay", "millis": 400})).await;
    let request = opening(&bench, &reference()).timeout(Duration::from_millis(100));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(orders(&bench).await, 1);
}

#[tokio::test]
async fn truncate_sends_half_of_the_body() {
    let bench = armed(json!({"kind": "truncate"})).await;
    let mut answer = opening(&bench, &reference()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let announced = answer.content_length().unwrap();
    let half = answer.chunk().await.unwrap().unwrap();
    assert_eq!(u64::try_from(half.len()).unwrap(), announced / 2);
    assert!(answer.chunk().await.is_err());
    assert_eq!(orders(&bench).await, 1);
}

#[tokio::test]
async fn invisible_hides_the_order_and_its_card_for_a_while() {
    let bench = armed(json!({"kind": "invisible", "millis": 1000})).await;
    let number = reference();
    bench.send(opening(&bench, &number)).await;
    assert_eq!(orders(&bench).await, 1);
    assert_eq!(bench.operation(&number).await, Value::Null);
    assert_eq!(bench.data("/card/list", json!({})).await["total"], 0);
    eventually(async || bench.operation(&number).await.is_object().then_some(())).await;
    assert_eq!(bench.data("/card/list", json!({})).await["total"], 1);
}

#[tokio::test]
async fn faults_can_be_taken_away_and_calls_are_logged() {
    let bench = armed(json!({"kind": "refuse"})).await;
    bench
        .control(reqwest::Method::DELETE, "/faults", None)
        .await;
    let number = reference();
    assert_eq!(
        bench.send(opening(&bench, &number)).await.1["success"],
        true
    );
    let calls = bench.look("/calls").await;
    let last = calls["calls"].as_array().unwrap().last().unwrap();
    assert_eq!(last["merchantOrderNo"], json!(number));
    assert!(
        last["path"]
            .as_str()
            .unwrap()
            .ends_with("/card/v2/openCard")
    );
}
