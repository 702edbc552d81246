//! Placeholder webhooks.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use bytes::Bytes;
use cardmux_emulator_kit::Options;
use serde_json::{Value, json};

use crate::support::{Bench, WITH_CUSTOMER, eventually, seeded, text};

type Received = Arc<Mutex<Vec<Value>>>;

#[expect(
    clippy::disallowed_methods,
    reason = "the endpoint lives as long as the test"
)]
async fn endpoint() -> (Received, String) {
    let received = Received::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let take = async |State(received): State<Received>, body: Bytes| {
        let event = serde_json::from_slice(&body).unwrap();
        received.lock().unwrap().push(event);
    };
    let router = Router::new()
        .fallback(take)
        .with_state(Arc::clone(&received));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (received, url)
}

#[tokio::test]
async fn every_kind_of_change_is_told_once_without_secrets() {
    let (received, url) = endpoint().await;
    let options = Options {
        webhook_url: Some(url),
        ..seeded()
    };
    let bench = Bench::with(options).await;
    let customer = bench.granted(WITH_CUSTOMER).await;
    let card = bench.card_named(50, Some("ext-1")).await;
    let bought = bench.spend(&card, json!({"amount": 7})).await;
    let body =
        json!({"cardId": card, "transactionId": bought["id"], "textEvidence": "Never arrived."});
    let dispute = text(&bench.post("/disputes", body).await["data"]["id"]);
    bench.make(&format!("/disputes/{dispute}/review")).await;
    let events = eventually(async || {
        let events = received.lock().unwrap().clone();
        (events.len() >= 5).then_some(events)
    })
    .await;
    let data = |event: &str| {
        let found: Vec<_> = events.iter().filter(|one| one["event"] == event).collect();
        assert_eq!(found.len(), 1, "{event}");
        assert!(found[0]["id"].is_string());
        found[0]["data"].clone()
    };
    assert_eq!(
        data("placeholder.customer.updated"),
        json!({"customerId": customer, "status": "active"})
    );
    assert_eq!(data("placeholder.access.updated")["status"], "granted");
    let expected = json!({"cardId": card, "status": "active", "externalCardId": "ext-1"});
    assert_eq!(data("placeholder.card.updated"), expected);
    assert_eq!(
        data("placeholder.transaction.updated")["transactionId"],
        bought["transactionId"]
    );
    assert_eq!(data("placeholder.dispute.updated")["status"], "reviewing");
    let number = bench.get(&format!("/cards/{card}/sensetive")).await["number"].clone();
    assert!(!json!(events).to_string().contains(&text(&number)));
}

#[tokio::test]
async fn a_failed_delivery_is_not_repeated() {
    let options = Options {
        webhook_url: Some("http://127.0.0.1:9/closed".into()),
        ..seeded()
    };
    let bench = Bench::with(options).await;
    bench.card(0).await;
    eventually(async || {
        let one = bench.look("/webhooks").await["deliveries"][0].clone();
        let over = one["attempts"] == 1 && one["nextAt"].is_null();
        (over && one["acked"] == false).then_some(())
    })
    .await;
}
