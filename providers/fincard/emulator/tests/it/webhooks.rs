//! What arrives at the webhook endpoint, and when.

use axum::http::HeaderMap;
use bytes::Bytes;
use cardmux_emulator_fincard::FincardOptions;
use cardmux_emulator_kit::Options;
use serde_json::{Value, json};

use crate::support::{Bench, Endpoint, eventually, in_file, quick, reference, seeded, upstream};

fn hooked(url: &str) -> Options {
    Options {
        webhook_url: Some(url.to_owned()),
        ..seeded()
    }
}

fn order((_, body): &(HeaderMap, Bytes)) -> Value {
    serde_json::from_slice(body).unwrap()
}

#[tokio::test]
async fn a_final_order_is_announced_with_a_verifiable_signature() {
    for (fincard, header) in [(quick(), "X-FC-SIGNATURE"), (upstream(), "X-WSB-SIGNATURE")] {
        let (endpoint, url) = Endpoint::listen([]).await;
        let is_upstream = header == "X-WSB-SIGNATURE";
        let bench = Bench::with(hooked(&url), fincard).await;
        let card = bench.open("50").await;
        let received = endpoint.wait_for(1).await;
        let (headers, body) = &received[0];
        assert!(bench.platform_signed(body, headers[header].to_str().unwrap()));
        let order = order(&received[0]);
        assert_eq!(
            (&order["cardNo"], &order["status"]),
            (&json!(card), &json!("success"))
        );
        assert_eq!(headers.contains_key("X-WSB-CATEGORY"), is_upstream);
        assert_eq!(headers.contains_key("X-WSB-REQUEST-ID"), is_upstream);
    }
}

#[tokio::test]
async fn an_unacknowledged_webhook_is_sent_seven_times_with_the_documented_gaps() {
    // 37.5 hours in 1.35 seconds. HTTP 200 alone is no acknowledgement.
    let refused = std::iter::repeat_n(json!({"code": 500}), 20);
    let (endpoint, url) = Endpoint::listen(refused).await;
    let options = Options {
        time_scale: 100_000.0,
        ..hooked(&url)
    };
    let slow = FincardOptions {
        order_delay_ms: 1_000,
        ..upstream()
    };
    let bench = Bench::with(options, slow).await;
    let body = json!({"merchantOrderNo": reference(), "cardTypeId": 111001, "amount": 50});
    bench
        .send(bench.upstream("/card/v2/createCard", &body))
        .await;
    let delivery = eventually(async || {
        let delivery = bench.look("/webhooks").await["deliveries"][0].clone();
        (delivery["attempts"] == 7).then_some(delivery)
    })
    .await;
    assert_eq!(
        (&delivery["acked"], &delivery["nextAt"]),
        (&json!(false), &Value::Null)
    );
    let at: Vec<i64> = serde_json::from_value(delivery["attemptedAt"].clone()).unwrap();
    let minutes = [1, 5, 20, 60, 720, 1440];
    for (pair, gap) in at.windows(2).zip(minutes) {
        assert!(pair[1] - pair[0] >= gap * 60_000, "{at:?}");
    }
    let received = endpoint.wait_for(7).await;
    assert!(received.iter().all(|one| one.1 == received[0].1));
}

#[tokio::test]
async fn a_pending_webhook_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fincard.json");
    let (refusing, refusing_url) =
        Endpoint::listen(std::iter::repeat_n(json!({"success": false}), 20)).await;
    let first = Options {
        webhook_url: Some(refusing_url),
        ..in_file(&file)
    };
    let bench = Bench::with(first, quick()).await;
    bench.open("50").await;
    refusing.wait_for(1).await;
    eventually(async || {
        (bench.look("/webhooks").await["deliveries"][0]["attempts"] == 1).then_some(())
    })
    .await;
    bench.emulator.shutdown().await;

    // The first retry is due a minute later: 60 ms on this clock.
    let (endpoint, url) = Endpoint::listen([]).await;
    let second = Options {
        time_scale: 1000.0,
        ..in_file(&file)
    };
    let bench = Bench::with(second, quick()).await;
    bench.emulator.set_webhook_url(Some(url));
    let received = endpoint.wait_for(1).await;
    assert_eq!(received[0].1, refusing.wait_for(1).await[0].1);
    eventually(async || {
        let delivery = bench.look("/webhooks").await["deliveries"][0].clone();
        (delivery["acked"] == true && delivery["attempts"] == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn before_answer_delivers_the_final_result_before_the_call_returns() {
    let (endpoint, url) = Endpoint::listen([]).await;
    let bench = Bench::with(hooked(&url), quick()).await;
    bench
        .put("/webhooks", json!({"mode": "before_answer"}))
        .await;
    let body = json!({"merchantOrderNo": reference(), "cardTypeId": 111001, "amount": 50});
    let answer = bench.data("/card/v2/openCard", body).await;
    assert_eq!(answer["status"], "success");
    assert_eq!(endpoint.received.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn duplicate_sends_twice_and_lost_never() {
    let (endpoint, url) = Endpoint::listen([]).await;
    let bench = Bench::with(hooked(&url), quick()).await;
    bench.put("/webhooks", json!({"mode": "lost"})).await;
    let lost = bench.open("50").await;
    bench.put("/webhooks", json!({"mode": "duplicate"})).await;
    let twice = bench.open("50").await;
    let received = endpoint.wait_for(2).await;
    assert_eq!(received[0].1, received[1].1);
    assert_eq!(order(&received[0])["cardNo"], json!(twice));
    let deliveries = bench.look("/webhooks").await["deliveries"].clone();
    assert_eq!(
        (&deliveries[0]["attempts"], &deliveries[0]["nextAt"]),
        (&json!(0), &Value::Null)
    );
    assert_ne!(lost, twice);
}

#[tokio::test]
async fn reordered_lets_the_later_event_arrive_first() {
    let (endpoint, url) = Endpoint::listen([]).await;
    let bench = Bench::with(hooked(&url), quick()).await;
    bench.put("/webhooks", json!({"mode": "reordered"})).await;
    let card = bench.open("50").await;
    bench.operate("/card/v2/freeze", &card, None).await;
    let received = endpoint.wait_for(2).await;
    let types: Vec<_> = received
        .iter()
        .map(|one| order(one)["type"].clone())
        .collect();
    assert_eq!(types, [json!("Freeze"), json!("create")]);
}

#[tokio::test]
async fn a_block_by_the_platform_is_announced_without_a_reference() {
    let (endpoint, url) = Endpoint::listen([]).await;
    let bench = Bench::with(hooked(&url), quick()).await;
    let card = bench.open("50").await;
    let path = format!("/cards/{card}/block");
    bench.control(reqwest::Method::POST, &path, None).await;
    let received = endpoint.wait_for(2).await;
    let event = order(&received[1]);
    assert_eq!(
        (&event["type"], &event["merchantOrderNo"]),
        (&json!("blocked"), &Value::Null)
    );
    assert_eq!(
        bench.data("/card/info", json!({"cardNo": card})).await["blocked"],
        true
    );
}
