//! Token, paths, error envelopes.

use reqwest::Method;
use serde_json::json;

use crate::support::{Bench, VIRTUAL, name_only};

#[tokio::test]
async fn a_wrong_or_missing_token_is_refused() {
    let bench = Bench::new().await;
    let url = format!("{}/balance", bench.setting("base_url"));
    let (missing, _) = bench.send(bench.http.get(&url)).await;
    let (wrong, body) = bench.send(bench.http.get(&url).bearer_auth("other")).await;
    assert_eq!(
        (missing, wrong, &body["status"]),
        (401, 401, &json!("error"))
    );
    bench
        .put("/quirks", json!({"tokenRefusal": "forbidden"}))
        .await;
    assert_eq!(bench.send(bench.http.get(&url)).await.0, 403);
}

#[tokio::test]
async fn what_is_not_served_is_a_404() {
    let bench = Bench::new().await;
    for path in [
        "/virtual-account/list",
        "/finance/deposit",
        "/nothing",
        "/cards/x/y/z",
    ] {
        assert_eq!(bench.refused_get(path).await, 404, "{path}");
    }
    for path in ["/utils/mcc", "/cards/x/updateArt", "/balance"] {
        assert_eq!(bench.refused_post(path, json!({})).await, 404, "{path}");
    }
    assert_eq!(
        bench.refused(Method::PUT, "/cards/issue", json!({})).await,
        404
    );
}

#[tokio::test]
async fn a_body_must_be_an_object_and_its_fields_of_their_type() {
    let bench = Bench::new().await;
    let path = "/cards/issue";
    assert_eq!(bench.refused_post(path, json!([])).await, 400);
    let mut body = name_only(VIRTUAL, 5, None);
    body["label"] = json!(7);
    assert_eq!(bench.refused_post(path, body).await, 400);
}

#[tokio::test]
async fn errors_in_a_200_keep_their_envelope() {
    let bench = Bench::quirky(json!({"errors": "in_envelope"})).await;
    assert_eq!(bench.refused_get("/cards/unknown").await, 200);
    assert_eq!(bench.refused_post("/cards/issue", json!({})).await, 200);
}

#[tokio::test]
async fn balance_types_and_quirks_are_shown() {
    let bench = Bench::new().await;
    let balance = bench.get("/balance").await;
    assert_eq!(
        balance,
        json!({"eur": 1_000_000, "usd": 1_000_000, "balance": "1000000"})
    );
    let types = bench.get("/cards/types").await["types"].clone();
    assert_eq!(types.as_array().unwrap().len(), 5);
    assert_eq!(types[0]["price"], "1.00");
    assert_eq!(bench.look("/quirks").await["pinPolicy"], "strict");
    bench.put("/quirks", json!({"price": "number"})).await;
    assert_eq!(bench.get("/cards/types").await["types"][0]["price"], 1);
    assert_eq!(bench.look("/quirks").await["price"], "number");
    let (status, _) = bench
        .control(Method::PUT, "/quirks", json!({"typo": 1}))
        .await;
    assert_eq!(status, 422);
}
