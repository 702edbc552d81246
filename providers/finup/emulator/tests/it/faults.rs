//! Each fault kind: what the client sees, and whether the work was done.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, UNIVERSAL, done, eventually, status};

const ISSUING: &str = "/cards/issuing";

/// Arms one fault for the next issuing.
async fn armed(fault: Value) -> Bench {
    let bench = Bench::new().await;
    bench.arm(fault, ISSUING).await;
    bench
}

async fn cards(bench: &Bench) -> usize {
    let state = bench.look("/state").await;
    state["cards"].as_array().unwrap().len()
}

#[tokio::test]
async fn drop_before_does_nothing_and_drop_after_does_the_work() {
    for (kind, made) in [("drop_before", 0), ("drop_after", 1)] {
        let bench = armed(json!({"kind": kind})).await;
        let error = bench.issuing(UNIVERSAL, 1).send().await.unwrap_err();
        assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
        assert_eq!(cards(&bench).await, made, "{kind}");
    }
}

#[tokio::test]
async fn a_dropped_deposit_is_found_by_its_total() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    bench.arm(json!({"kind": "drop_after"}), "/deposit").await;
    assert!(bench.deposit(&id, &json!(7)).send().await.is_err());
    assert_eq!(bench.card(&id).await["deposit"], json!(7));
}

#[tokio::test]
async fn error_before_does_nothing_and_error_after_does_the_work() {
    for (kind, made) in [("error_before", 0), ("error_after", 1)] {
        let bench = armed(json!({"kind": kind})).await;
        assert_eq!(status(bench.issuing(UNIVERSAL, 1)).await, 500);
        assert_eq!(cards(&bench).await, made, "{kind}");
    }
}

#[tokio::test]
async fn a_rate_limit_does_nothing_and_says_when_to_come_back() {
    let bench = armed(json!({"kind": "rate_limit"})).await;
    let answer = bench.issuing(UNIVERSAL, 1).send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(cards(&bench).await, 0);
}

#[tokio::test]
async fn a_refusal_is_each_calls_own() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let refuse = json!({"faults": [{"kind": "refuse"}]});
    bench.control(Method::PUT, "/faults", refuse).await;
    assert_eq!(status(bench.issuing(UNIVERSAL, 1)).await, 420);
    assert_eq!(status(bench.deposit(&id, &json!(1))).await, 420);
    assert_eq!(
        status(bench.request(Method::GET, &bench.account(""))).await,
        403
    );
    let said = done(bench.patch("/cards/freeze", &[&id])).await;
    assert_eq!(
        said["Unchanged cards due to inappropriate status"],
        json!([id])
    );
    bench.control(Method::DELETE, "/faults", json!({})).await;
    assert_eq!(cards(&bench).await, 1);
    let card = bench.card(&id).await;
    assert_eq!(
        (&card["deposit"], &card["status"]),
        (&json!(0), &json!("Enabled"))
    );
}

#[tokio::test]
async fn a_refusal_can_be_worded_by_the_test() {
    for (body, text) in [
        (json!({"code": "LOW"}), "{\"code\":\"LOW\"}"),
        (json!("plain words"), "plain words"),
        (Value::Null, ""),
    ] {
        let bench = armed(json!({"kind": "refuse"})).await;
        let script = json!({"refusal": {"status": 418, "body": body}});
        bench.control(Method::PUT, "/script", script).await;
        let answer = bench.issuing(UNIVERSAL, 1).send().await.unwrap();
        assert_eq!(answer.status(), 418);
        assert_eq!(answer.text().await.unwrap(), text);
        assert_eq!(cards(&bench).await, 0);
    }
    let bench = Bench::new().await;
    let wrong = json!({"refusal": {"status": 200}});
    let (code, _) = bench.try_control(Method::PUT, "/script", wrong).await;
    assert_eq!(code, 422);
}

#[tokio::test]
async fn hang_closes_without_an_answer_after_its_time() {
    let bench = armed(json!({"kind": "hang", "millis": 150})).await;
    let started = Instant::now();
    assert!(bench.issuing(UNIVERSAL, 1).send().await.is_err());
    assert!(started.elapsed() >= Duration::from_millis(150));
    assert_eq!(cards(&bench).await, 0);
}

#[tokio::test]
async fn delay_does_the_work_and_answers_late() {
    let bench = armed(json!({"kind": "delay", "millis": 1500})).await;
    let request = bench
        .issuing(UNIVERSAL, 1)
        .timeout(Duration::from_millis(400));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(cards(&bench).await, 1);
}

#[tokio::test]
async fn truncate_sends_half_of_the_body() {
    let bench = armed(json!({"kind": "truncate"})).await;
    let mut answer = bench.issuing(UNIVERSAL, 1).send().await.unwrap();
    let announced = answer.content_length().unwrap();
    let half = answer.chunk().await.unwrap().unwrap();
    assert_eq!(u64::try_from(half.len()).unwrap(), announced / 2);
    assert!(answer.chunk().await.is_err());
    assert_eq!(cards(&bench).await, 1);
}

#[tokio::test]
async fn an_invisible_card_is_neither_listed_nor_read_nor_paid_for() {
    let bench = armed(json!({"kind": "invisible", "millis": 1500})).await;
    let issued = done(bench.issuing(UNIVERSAL, 1)).await;
    let id = issued[0]["id"].as_str().unwrap();
    assert_eq!(cards(&bench).await, 1);
    assert_eq!(bench.listed(json!({})).await, 0);
    let get = || bench.request(Method::GET, &format!("/cards/{id}"));
    assert_eq!(status(get()).await, 404);
    assert_eq!(bench.wallet().await["balance"], json!(1_000_000));
    assert_eq!(bench.payments(json!({"source_id": id})).await.len(), 0);
    eventually(async || (bench.listed(json!({})).await == 1).then_some(())).await;
    assert_eq!(bench.card(id).await["status"], "Enabled");
    assert_eq!(bench.wallet().await["balance"], json!(999_997.5));
}

#[tokio::test]
async fn an_invisible_freeze_shows_the_status_before_it() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let hide = json!({"kind": "invisible", "millis": 1500});
    bench.arm(hide, "/cards/freeze").await;
    done(bench.patch("/cards/freeze", &[&id])).await;
    let true_status = async || bench.look("/state").await["cards"][0]["status"].clone();
    eventually(async || (true_status().await == "Freezed").then_some(())).await;
    assert_eq!(bench.card(&id).await["status"], "Enabled");
    assert_eq!(bench.listed(json!({"status": ["Enabled"]})).await, 1);
    bench.reaches(&id, "Freezed").await;
}

#[tokio::test]
async fn invisible_money_is_missing_from_totals_and_wallet() {
    let bench = Bench::new().await;
    let id = bench.funded(UNIVERSAL, json!(10)).await;
    let hide = json!({"kind": "invisible", "millis": 1500});
    bench.arm(hide, "/deposit").await;
    done(bench.deposit(&id, &json!(5))).await;
    done(bench.deposit(&id, &json!(2))).await;
    let card = bench.card(&id).await;
    assert_eq!(
        (&card["balance"], &card["deposit"]),
        (&json!(12), &json!(12))
    );
    let wallet = bench.wallet().await;
    assert_eq!(wallet["balance"], json!(999_985.5));
    assert_eq!(wallet["cards_balance"], json!(12));
    assert_eq!(bench.payments(json!({"source_id": id})).await.len(), 3);
    let whole = async || bench.card(&id).await["deposit"] == json!(17);
    eventually(async || whole().await.then_some(())).await;
    assert_eq!(bench.wallet().await["balance"], json!(999_980.5));
}
