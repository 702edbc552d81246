//! Each fault kind: what the client sees, and whether the work was done.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, VIRTUAL, eventually, name_only};

async fn armed(path: &str, kind: &str) -> Bench {
    let bench = Bench::new().await;
    arm(&bench, path, kind, 1000).await;
    bench
}

async fn arm(bench: &Bench, path: &str, kind: &str, millis: u64) {
    let rule = json!({"path": path, "kind": kind, "times": 1, "millis": millis});
    bench.put("/faults", json!({"faults": [rule]})).await;
}

async fn issued(bench: &Bench) -> usize {
    bench.look("/state").await["issued"]
        .as_array()
        .unwrap()
        .len()
}

fn issue(bench: &Bench) -> reqwest::RequestBuilder {
    let body = name_only(VIRTUAL, 5, Some("ext-f"));
    bench.request(Method::POST, "/cards/issue").json(&body)
}

#[tokio::test]
async fn drops_close_before_or_after_the_work() {
    for (kind, done) in [("drop_before", 0), ("drop_after", 1)] {
        let bench = armed("/cards/issue", kind).await;
        let error = issue(&bench).send().await.unwrap_err();
        assert!(!error.is_connect(), "{error:?}");
        assert_eq!(issued(&bench).await, done, "{kind}");
    }
}

#[tokio::test]
async fn said_faults_say_it_and_only_error_after_does_the_work() {
    for (kind, status, done) in [
        ("refuse", 400, 0),
        ("rate_limit", 429, 0),
        ("error_before", 500, 0),
        ("error_after", 500, 1),
    ] {
        let bench = armed("/cards/issue", kind).await;
        let (got, body) = bench.send(issue(&bench)).await;
        assert_eq!((got, &body["status"]), (status, &json!("error")), "{kind}");
        assert_eq!(issued(&bench).await, done, "{kind}");
    }
}

#[tokio::test]
async fn an_invisible_card_is_in_no_read_for_a_while() {
    let bench = armed("/cards/issue", "invisible").await;
    bench.send(issue(&bench)).await;
    assert_eq!(issued(&bench).await, 1);
    assert_eq!(bench.get("/cards/list").await["cards"], json!([]));
    assert_eq!(bench.refused_get("/cards/ext-f").await, 404);
    assert_eq!(bench.usd().await, json!(1_000_000));
    eventually(async || (bench.usd().await == json!(999_994)).then_some(())).await;
    assert_eq!(bench.get("/cards/ext-f").await["externalCardId"], "ext-f");
}

#[tokio::test]
async fn invisible_status_and_money_show_late_but_are_in_force() {
    let bench = Bench::new().await;
    let card = bench.card(5).await;
    arm(&bench, "/freeze", "invisible", 1000).await;
    let freeze = format!("/cards/{card}/freeze");
    bench.post(&freeze, json!({})).await;
    assert_eq!(bench.status_of(&card).await, "active");
    assert_eq!(bench.refused_post(&freeze, json!({})).await, 400);
    eventually(async || (bench.status_of(&card).await == "frozen").then_some(())).await;
    arm(&bench, "/topup", "invisible", 1000).await;
    bench
        .post(&format!("/cards/{card}/topup"), json!({"amount": 10}))
        .await;
    assert_eq!(bench.balance_of(&card).await, json!(5));
    eventually(async || (bench.balance_of(&card).await == json!(15)).then_some(())).await;
}

#[tokio::test]
async fn calls_are_logged_with_method_path_and_reference() {
    let bench = Bench::new().await;
    bench.send(issue(&bench)).await;
    bench.get("/cards/list").await;
    let kit = bench.look("/calls").await["calls"].clone();
    assert_eq!(
        (&kit[0]["path"], &kit[0]["externalId"]),
        (&json!("/external/api/cards/issue"), &json!("ext-f"))
    );
    let own = bench.look("/requests").await["requests"].clone();
    let seen = |at: usize, name: &str| -> Value { own[at][name].clone() };
    assert_eq!(
        (seen(0, "method"), seen(0, "change")),
        (json!("POST"), json!(true))
    );
    assert_eq!(
        (seen(1, "method"), seen(1, "change")),
        (json!("GET"), json!(false))
    );
}
