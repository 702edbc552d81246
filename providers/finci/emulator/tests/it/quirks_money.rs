//! Switched forms of amounts, currencies, times and links.

use serde_json::{Value, json};

use crate::support::{Bench, text};

#[tokio::test]
async fn amounts_take_any_form_everywhere() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let body = json!({
        "amount": "12.50", "transaction_amount": "1300", "transaction_currency": "JPY",
    });
    for (form, amount, merchant, fee) in [
        ("decimal", json!("12.50"), json!("1300"), json!("0.10")),
        ("number", json!(12.5), json!(1300), json!(0.1)),
        ("minor", json!(1250), json!(1300), json!(10)),
    ] {
        bench.quirks(json!({"amountForm": form})).await;
        let id = text(&bench.buy(&card, body.clone()).await["id"]);
        let path = format!("/authorizations/{id}/present");
        let told = bench.make(&path, json!({"fee": "0.1"})).await;
        let of = |body: &Value| body["transaction_id"] == told["transaction_id"];
        let booked = endpoint.find(of).await.body;
        for sent in [endpoint.advice(&id).await, booked.clone()] {
            assert_eq!(
                (&sent["amount"], &sent["transaction_amount"]),
                (&amount, &merchant),
                "{form}"
            );
        }
        assert_eq!(booked["fee"], fee);
    }
}

#[tokio::test]
async fn currencies_and_times_take_their_other_form() {
    let (bench, endpoint) = Bench::asking().await;
    bench
        .quirks(json!({"currencyForm": "numeric", "timeForm": "epoch"}))
        .await;
    let card = bench.card().await;
    bench
        .buy(&card, json!({"amount": 1, "transaction_currency": "AUD"}))
        .await;
    let sent = endpoint.after(1).await[0].body.clone();
    assert_eq!(
        (&sent["currency"], &sent["transaction_currency"]),
        (&json!("978"), &json!("036"))
    );
    assert!(sent["created_at"].as_i64().unwrap() > 1_700_000_000);
}

#[tokio::test]
async fn deferred_presentment_has_an_empty_or_unknown_authorization() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    for form in ["empty", "unknown"] {
        bench.quirks(json!({"deferredAuthorizationId": form})).await;
        let path = format!("/cards/{card}/present");
        let told = bench.make(&path, json!({"amount": 1})).await;
        let of = |body: &Value| body["transaction_id"] == told["transaction_id"];
        let id = text(&endpoint.find(of).await.body["authorization_id"]);
        assert_eq!(id.is_empty(), form == "empty");
        assert_ne!(json!(id), told["transaction_id"]);
    }
}

#[tokio::test]
async fn returns_name_what_the_quirk_says() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let id = text(&bench.buy(&card, json!({"amount": 9})).await["id"]);
    let presented = bench
        .make(&format!("/authorizations/{id}/present"), json!({}))
        .await;
    let path = format!(
        "/transactions/{}/return",
        text(&presented["transaction_id"])
    );
    for (links, authorization, transaction) in [
        ("both", true, true),
        ("authorization", true, false),
        ("transaction", false, true),
        ("none", false, false),
    ] {
        bench.quirks(json!({"returnLinks": links})).await;
        let told = bench.make(&path, json!({"amount": 1})).await;
        let of = |body: &Value| body["transaction_id"] == told["transaction_id"];
        let sent = endpoint.find(of).await.body;
        assert_eq!(
            sent.get("authorization_id").is_some(),
            authorization,
            "{links}"
        );
        assert_eq!(
            sent.get("original_transaction_id").is_some(),
            transaction,
            "{links}"
        );
    }
}
