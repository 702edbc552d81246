//! The question before a purchase, its outcome, its reversal.

use reqwest::Method;
use serde_json::{Value, json};

use crate::endpoint::{DECLINE, Manner};
use crate::support::{Bench, IMPATIENCE_MS, seeded, text};

/// Without the time it took.
fn untimed(mut answer: Value) -> Value {
    assert!(answer["took_ms"].is_u64());
    answer.as_object_mut().unwrap().remove("took_ms");
    answer
}

#[tokio::test]
async fn request_carries_the_purchase_and_the_advice_its_outcome() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let merchant = json!({
        "id": "M-1", "name": "SHOP", "mcc": "5812", "country": "US", "city": "Reno",
    });
    let body = json!({
        "amount": "12.5", "transaction_amount": 13.4, "transaction_currency": "USD",
        "merchant": merchant, "type": "Authorization", "decision_managed": "integrator",
    });
    let told = bench.buy(&card, body).await;
    let id = text(&told["id"]);
    assert!(id.len() == 18 && id.bytes().all(|digit| digit.is_ascii_digit()));
    let expected = json!({
        "id": id, "response_code": "Approved", "answered": "success", "answer_status": 200,
    });
    assert_eq!(untimed(told), expected);
    let advice = endpoint.advice(&id).await;
    let request = endpoint.arrivals()[0].clone();
    assert_eq!(request.path, "/authorizations");
    let state = bench.card_state(&card).await;
    let expected = json!({
        "id": id, "advice": false, "type": "Authorization", "token_id": card,
        "account_id": state["account_id"], "amount": "12.50", "currency": "EUR",
        "transaction_amount": "13.40", "transaction_currency": "USD", "merchant": merchant,
        "created_at": request.body["created_at"],
    });
    assert_eq!(request.body, expected);
    assert!(text(&request.body["created_at"]).ends_with('Z'));
    let mut expected = request.body;
    expected["advice"] = json!(true);
    expected["response_code"] = json!("Approved");
    assert_eq!(advice, expected);
    assert_eq!(bench.state_of(&id).await, "approved");
}

#[tokio::test]
async fn answer_error_declines_as_insufficient_funds() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    for (manner, status) in [
        (DECLINE, 200),
        (Manner::Say(422, r#"{"status":"error"}"#), 422),
        (
            Manner::Say(503, r#"{"status":"error","errors":["X"]}"#),
            503,
        ),
    ] {
        endpoint.answers(manner);
        let told = bench.buy(&card, json!({"amount": 5})).await;
        let id = text(&told["id"]);
        let expected = json!({
            "id": id, "response_code": "InsufficientFunds", "answered": "error",
            "answer_status": status,
        });
        assert_eq!(untimed(told), expected);
        let advice = endpoint.advice(&id).await;
        assert_eq!(advice["response_code"], "InsufficientFunds");
        assert_eq!(bench.state_of(&id).await, "declined");
    }
}

#[tokio::test]
async fn answer_unreadable_is_no_answer_and_declines() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    for (status, said) in [
        (500, r#"{"status":"success"}"#),
        (200, "success"),
        (200, ""),
        (200, r#"{"status":"approve"}"#),
        (204, ""),
        (302, r#"{"status":"success"}"#),
    ] {
        endpoint.answers(Manner::Say(status, said));
        let told = bench.buy(&card, json!({"amount": 5})).await;
        let expected = json!({
            "id": told["id"], "response_code": "InsufficientFunds", "answered": "none",
            "answer_status": status,
        });
        assert_eq!(untimed(told), expected, "{said}");
    }
}

#[tokio::test]
async fn answer_too_late_or_from_nowhere_declines() {
    let (asking, endpoint) = Bench::asking().await;
    asking.emulator.shutdown().await;
    let bench = Bench::with(seeded(), IMPATIENCE_MS).await;
    let card = bench.card().await;
    endpoint.answers(Manner::Hang);
    let urls = [
        Some(endpoint.url.clone()),
        Some("http://127.0.0.1:9/closed".into()),
        None,
    ];
    for (url, least_ms) in urls.into_iter().zip([IMPATIENCE_MS, 0, 0]) {
        bench.emulator.set_webhook_url(url);
        let told = bench.buy(&card, json!({"amount": 5})).await;
        assert!(told["took_ms"].as_u64().unwrap() >= least_ms);
        let expected = json!({
            "id": told["id"], "response_code": "InsufficientFunds", "answered": "none",
            "answer_status": null,
        });
        assert_eq!(untimed(told), expected);
    }
}

#[tokio::test]
async fn answer_that_never_came_can_be_stood_in_for() {
    let bench = Bench::quirky(json!({"noAnswer": "approve"})).await;
    let card = bench.card().await;
    let told = bench.buy(&card, json!({"amount": 5})).await;
    assert_eq!(
        (&told["answered"], &told["response_code"]),
        (&json!("none"), &json!("Approved"))
    );
}

#[tokio::test]
async fn card_not_active_declines_without_asking_or_after() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let path = format!("/cards/{card}/status");
    for status in [
        "new",
        "deactivated",
        "blocked",
        "closed",
        "lost",
        "referral",
    ] {
        bench.make(&path, json!({"token_status": status})).await;
        let told = bench.buy(&card, json!({"amount": 5})).await;
        let expected = json!({
            "id": told["id"], "response_code": "CardNotActive", "answered": "none",
            "answer_status": null,
        });
        assert_eq!(untimed(told.clone()), expected);
        endpoint.advice(&text(&told["id"])).await;
    }
    let asked = |body: &Value| body.get("response_code").is_none();
    assert!(!endpoint.arrivals().iter().any(|one| asked(&one.body)));
    bench
        .quirks(json!({"inactiveAsks": true, "ownDeclineCode": "Restricted"}))
        .await;
    let told = bench.buy(&card, json!({"amount": 5})).await;
    assert_eq!(
        (&told["answered"], &told["response_code"]),
        (&json!("success"), &json!("Restricted"))
    );
    bench.quirks(json!({"referral": "asks"})).await;
    let told = bench.buy(&card, json!({"amount": 5})).await;
    assert_eq!(told["response_code"], "Approved");
}

#[tokio::test]
async fn finci_overrules_an_approval_by_its_advice() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let body = json!({"amount": 5, "response_code": "DoNotHonor"});
    let told = bench.buy(&card, body).await;
    assert_eq!(
        (&told["answered"], &told["response_code"]),
        (&json!("success"), &json!("DoNotHonor"))
    );
    let id = text(&told["id"]);
    assert_eq!(endpoint.advice(&id).await["response_code"], "DoNotHonor");
    assert_eq!(bench.state_of(&id).await, "declined");
}

#[tokio::test]
async fn finci_managed_purchase_and_advise_send_no_request() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    endpoint.answers(DECLINE);
    let managed = json!({"amount": 5, "decision_managed": "finci"});
    let first = bench.buy(&card, managed).await;
    assert_eq!(first["response_code"], "Approved");
    let path = format!("/cards/{card}/advise");
    let body = json!({"amount": "7", "response_code": "InsufficientFunds"});
    let second = bench.make(&path, body).await;
    assert_eq!(second["response_code"], "InsufficientFunds");
    for told in [first, second] {
        endpoint.advice(&text(&told["id"])).await;
        let path = format!("/authorizations/{}/repeat", text(&told["id"]));
        let again = bench.control(Method::POST, &path, json!({})).await;
        assert_eq!(again.0, 409);
    }
    let all = bench.look("/authorizations").await["authorizations"].clone();
    let asked: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["asked"])
        .collect();
    assert_eq!(asked, [&json!(false), &json!(false)]);
    let requests = endpoint.arrivals().into_iter();
    let requests = requests.filter(|one| one.body.get("response_code").is_none());
    assert_eq!(requests.count(), 0);
}

#[tokio::test]
async fn request_repeated_is_the_same_to_the_byte_and_changes_nothing() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let told = bench.buy(&card, json!({"amount": "12.50"})).await;
    let id = text(&told["id"]);
    let path = format!("/authorizations/{id}/repeat");
    let again = bench.make(&path, json!({})).await;
    assert_eq!(untimed(again), untimed(told));
    let requests = endpoint.arrivals().into_iter();
    let requests = requests.filter(|one| one.body.get("response_code").is_none());
    let raw: Vec<_> = requests.map(|one| one.raw).collect();
    assert_eq!((raw.len(), &raw[0]), (2, &raw[1]));
    endpoint.answers(DECLINE);
    let other = bench.make(&path, json!({})).await;
    assert_eq!(
        (&other["answered"], &other["response_code"]),
        (&json!("error"), &json!("Approved"))
    );
    assert_eq!(bench.state_of(&id).await, "approved");
    let unknown = bench.control(Method::POST, "/authorizations/1/repeat", json!({}));
    assert_eq!(unknown.await.0, 404);
}

#[tokio::test]
async fn reversal_takes_back_a_part_then_the_rest() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let body = json!({"amount": 10, "transaction_amount": 11, "transaction_currency": "USD"});
    let id = text(&bench.buy(&card, body).await["id"]);
    let path = format!("/authorizations/{id}/reverse");
    let part = bench.make(&path, json!({"amount": "4"})).await;
    assert_eq!(bench.state_of(&id).await, "partly_reversed");
    let is = |body: &Value| body["type"] == "Reversal";
    let arrival = endpoint.find(is).await;
    assert_eq!(arrival.path, "/authorizations");
    let sent = arrival.body;
    let expected = json!({
        "id": part["id"], "original_id": id, "advice": true, "response_code": "Approved",
        "type": "Reversal", "token_id": card, "account_id": sent["account_id"],
        "amount": "4.00", "currency": "EUR", "transaction_amount": "4.40",
        "transaction_currency": "USD", "merchant": sent["merchant"],
        "created_at": sent["created_at"],
    });
    assert_eq!(sent, expected);
    assert_ne!(part["id"], json!(id));
    let too_much = bench
        .control(Method::POST, &path, json!({"amount": "6.01"}))
        .await;
    assert_eq!(too_much.0, 409);
    let rest = bench.make(&path, json!({})).await;
    assert_eq!(rest["amount"], "6");
    assert_eq!(bench.state_of(&id).await, "reversed");
    assert_eq!(bench.control(Method::POST, &path, json!({})).await.0, 409);
}

#[tokio::test]
async fn reversal_of_what_is_declined_or_presented_is_refused() {
    let (bench, endpoint) = Bench::asking().await;
    let card = bench.card().await;
    let id = text(&bench.buy(&card, json!({"amount": 10})).await["id"]);
    bench
        .make(
            &format!("/authorizations/{id}/present"),
            json!({"amount": 1}),
        )
        .await;
    endpoint.answers(DECLINE);
    let declined = text(&bench.buy(&card, json!({"amount": 10})).await["id"]);
    for id in [id, declined] {
        let path = format!("/authorizations/{id}/reverse");
        assert_eq!(bench.control(Method::POST, &path, json!({})).await.0, 409);
    }
}

#[tokio::test]
async fn control_body_wrong_is_refused() {
    let bench = Bench::new().await;
    let card = bench.card().await;
    let path = format!("/cards/{card}/authorizations");
    for (body, status) in [
        (json!({"amount": 5, "typo": 1}), 409),
        (json!({"amount": 0}), 409),
        (json!({}), 422),
        (json!({"amount": 5, "decision_managed": "nobody"}), 422),
        (json!({"amount": 5, "merchant": {"typo": "x"}}), 422),
    ] {
        let answer = bench.control(Method::POST, &path, body.clone()).await;
        assert_eq!(answer.0, status, "{body}");
    }
    let unknown = json!({"amount": 5});
    let unknown = bench.control(Method::POST, "/cards/1/authorizations", unknown);
    assert_eq!(unknown.await.0, 404);
    assert_eq!(
        bench.look("/authorizations").await,
        json!({"authorizations": []})
    );
}
