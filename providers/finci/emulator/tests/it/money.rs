//! Presentments and returns.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, text};

fn with_id(told: &Value) -> impl Fn(&Value) -> bool {
    let id = told["transaction_id"].clone();
    move |body| body["transaction_id"] == id
}

#[tokio::test]
async fn presentment_names_its_authorization_and_goes_to_the_url_itself() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let body = json!({"amount": 10, "transaction_amount": 11, "transaction_currency": "USD"});
    let id = text(&bench.buy(&card, body).await["id"]);
    let path = format!("/authorizations/{id}/present");
    let told = bench
        .make(&path, json!({"amount": "12.3", "fee": "0.1"}))
        .await;
    let arrival = endpoint.find(with_id(&told)).await;
    assert_eq!(arrival.path, "");
    let sent = arrival.body;
    let expected = json!({
        "transaction_id": told["transaction_id"], "type": "Presentment", "authorization_id": id,
        "token_id": card, "account_id": sent["account_id"], "amount": "12.30", "currency": "EUR",
        "transaction_amount": "13.53", "transaction_currency": "USD", "fee": "0.10",
        "merchant": sent["merchant"], "posted_at": sent["posted_at"],
    });
    assert_eq!(sent, expected);
    assert_eq!(bench.state_of(&id).await, "presented");
}

#[tokio::test]
async fn presentments_of_one_authorization_may_be_several() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let id = text(&bench.buy(&card, json!({"amount": 10})).await["id"]);
    let path = format!("/authorizations/{id}/present");
    let first = bench.make(&path, json!({"amount": 4})).await;
    let second = bench.make(&path, json!({})).await;
    let nothing = bench.control(Method::POST, &path, json!({})).await;
    assert_eq!(nothing.0, 409);
    let third = bench.make(&path, json!({"amount": 3})).await;
    for (told, amount) in [(first, "4.00"), (second, "6.00"), (third, "3.00")] {
        let sent = endpoint.find(with_id(&told)).await.body;
        assert_eq!(sent["amount"], amount);
        assert!(sent.get("fee").is_none());
    }
    let shown = bench.look("/authorizations").await["authorizations"][0].clone();
    assert_eq!(shown["presented"], "13");
    assert_eq!(shown["presentments"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn presentment_deferred_has_no_authorization_and_asks_nobody() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let status = json!({"token_status": "closed"});
    bench.make(&format!("/cards/{card}/status"), status).await;
    let path = format!("/cards/{card}/present");
    let told = bench.make(&path, json!({"amount": 8, "fee": 1})).await;
    let sent = endpoint.find(with_id(&told)).await.body;
    assert!(sent.get("authorization_id").is_none());
    assert_eq!(
        (&sent["type"], &sent["amount"], &sent["fee"]),
        (&json!("Presentment"), &json!("8.00"), &json!("1.00"))
    );
    let (status, _) = bench
        .control(Method::POST, &path, json!({"amount": 8, "typo": 1}))
        .await;
    assert_eq!(status, 409);
    assert_eq!(
        bench.look("/authorizations").await["authorizations"],
        json!([])
    );
}

#[tokio::test]
async fn return_is_linked_to_its_presentment_or_to_nothing() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let id = text(&bench.buy(&card, json!({"amount": 10})).await["id"]);
    let presented = bench
        .make(&format!("/authorizations/{id}/present"), json!({}))
        .await;
    let original = text(&presented["transaction_id"]);
    let path = format!("/transactions/{original}/return");
    let whole = bench.make(&path, json!({})).await;
    let part = bench.make(&path, json!({"amount": "2.5"})).await;
    for (told, amount) in [(&whole, "10.00"), (&part, "2.50")] {
        let arrival = endpoint.find(with_id(told)).await;
        let sent = arrival.body;
        assert_eq!(
            (arrival.path.as_str(), &sent["type"]),
            ("", &json!("Return"))
        );
        assert_eq!(sent["amount"], amount);
        assert_eq!(
            (&sent["authorization_id"], &sent["original_transaction_id"]),
            (&json!(id), &json!(original))
        );
    }
    let of_return = format!("/transactions/{}/return", text(&whole["transaction_id"]));
    assert_eq!(
        bench.control(Method::POST, &of_return, json!({})).await.0,
        409
    );
    let fee = bench.control(Method::POST, &path, json!({"fee": 1})).await;
    assert_eq!(fee.0, 409);
    let alone = json!({"amount": 3});
    let alone = bench.make(&format!("/cards/{card}/return"), alone).await;
    let sent = endpoint.find(with_id(&alone)).await.body;
    assert_eq!(
        (&sent["type"], &sent["amount"]),
        (&json!("Return"), &json!("3.00"))
    );
    assert!(sent.get("authorization_id").is_none());
    assert!(sent.get("original_transaction_id").is_none());
}
