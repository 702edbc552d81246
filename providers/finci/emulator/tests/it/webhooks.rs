//! Delivery: repeats, duplicates, disorder, loss.

use cardmux_emulator_kit::Options;
use reqwest::Method;
use serde_json::{Value, json};

use crate::endpoint::{APPROVE, Endpoint, Manner};
use crate::support::{Bench, eventually, seeded, text};

async fn mode(bench: &Bench, body: Value) {
    let (status, _) = bench.control(Method::PUT, "/webhooks", body).await;
    assert_eq!(status, 204);
}

async fn deliveries(bench: &Bench) -> Vec<Value> {
    let shown = bench.look("/webhooks").await;
    shown["deliveries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn message_not_acknowledged_is_repeated_five_times_at_doubling_gaps() {
    let endpoint = Endpoint::new().await;
    let options = Options {
        webhook_url: Some(endpoint.url.clone()),
        time_scale: 1_000.0,
        ..seeded()
    };
    let bench = Bench::with(options, 20_000).await;
    let card = bench.card().await;
    for (status, said) in [
        (200, r#"{"status":"error"}"#),
        (200, "ok"),
        (500, r#"{"status":"success"}"#),
    ] {
        endpoint.answers(Manner::Say(status, said));
        bench
            .make(&format!("/cards/{card}/present"), json!({"amount": 1}))
            .await;
        let one = eventually(async || {
            let last = deliveries(&bench).await.pop().unwrap();
            (last["attempts"] == 6 && last["nextAt"].is_null()).then_some(last)
        })
        .await;
        assert_eq!(
            (&one["acked"], &one["category"]),
            (&json!(false), &json!("presentment"))
        );
        let at = one["attemptedAt"].as_array().unwrap().iter();
        let at: Vec<_> = at.map(|time| time.as_i64().unwrap()).collect();
        let gaps = at.windows(2).map(|pair| pair[1] - pair[0]);
        for (gap, least) in gaps.zip([1_000, 2_000, 4_000, 8_000, 16_000]) {
            assert!(gap >= least, "{gap} after {least}");
        }
    }
}

#[tokio::test]
async fn message_acknowledged_is_sent_once() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    bench
        .make(&format!("/cards/{card}/present"), json!({"amount": 1}))
        .await;
    let one = eventually(async || {
        let last = deliveries(&bench).await.pop().unwrap();
        (last["acked"] == true).then_some(last)
    })
    .await;
    assert_eq!(
        (&one["attempts"], &one["nextAt"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(endpoint.arrivals().len(), 1);
}

#[tokio::test]
async fn message_is_sent_twice_lost_or_overtaken_by_the_mode() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    mode(&bench, json!({"mode": "duplicate"})).await;
    let id = text(&bench.buy(&card, json!({"amount": 1})).await["id"]);
    // The question, the advice, the advice again.
    let arrivals = endpoint.after(3).await;
    assert_eq!(arrivals[1].raw, arrivals[2].raw);
    assert_eq!(arrivals[1].body["id"], json!(id));

    mode(&bench, json!({"mode": "lost"})).await;
    bench.buy(&card, json!({"amount": 2})).await;
    let lost = deliveries(&bench).await.pop().unwrap();
    assert_eq!(
        (&lost["attempts"], &lost["nextAt"]),
        (&json!(0), &Value::Null)
    );

    mode(&bench, json!({"mode": "reordered", "delayMillis": 60_000})).await;
    let id = text(&bench.buy(&card, json!({"amount": 3})).await["id"]);
    bench
        .make(&format!("/authorizations/{id}/present"), json!({}))
        .await;
    let arrivals = endpoint.after(7).await;
    let last: Vec<_> = arrivals[5..].iter().map(|one| &one.body["type"]).collect();
    assert_eq!(last, [&json!("Presentment"), &json!("Authorization")]);
}

#[tokio::test]
async fn message_before_the_answer_has_arrived_when_the_control_call_ends() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    mode(&bench, json!({"mode": "before_answer"})).await;
    bench.buy(&card, json!({"amount": 1})).await;
    assert_eq!(endpoint.arrivals().len(), 2);
}

#[tokio::test]
async fn message_without_an_endpoint_waits_for_one() {
    let bench = Bench::new().await;
    let card = bench.card().await;
    let id = text(&bench.buy(&card, json!({"amount": 1})).await["id"]);
    let endpoint = Endpoint::new().await;
    endpoint.answers(APPROVE);
    mode(&bench, json!({"url": endpoint.url})).await;
    let advice = endpoint.advice(&id).await;
    assert_eq!(advice["response_code"], "InsufficientFunds");
}

#[tokio::test]
async fn state_kept_in_a_file_survives_a_restart_with_its_messages() {
    let directory = tempfile::tempdir().unwrap();
    let options = || Options {
        state_file: Some(directory.path().join("finci.json")),
        ..seeded()
    };
    let bench = Bench::with(options(), 20_000).await;
    let card = bench.card().await;
    let id = text(&bench.buy(&card, json!({"amount": 1})).await["id"]);
    let (token, state) = (bench.setting("token"), bench.look("/state").await);
    bench.emulator.shutdown().await;
    let bench = Bench::with(options(), 20_000).await;
    assert_eq!(
        (bench.setting("token"), bench.look("/state").await),
        (token, state)
    );
    let endpoint = Endpoint::new().await;
    bench.emulator.set_webhook_url(Some(endpoint.url.clone()));
    assert_eq!(endpoint.advice(&id).await["token_id"], json!(card));
}
