//! Purchases we are asked about: a partner-managed program.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cardmux_emulator_kit::{Options, clock};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, EUR_POOL, eventually, seeded, text};

const YES: Option<(u16, &str)> = Some((200, r#"{"status":"success","data":{"approved":true}}"#));
const NO: Option<(u16, &str)> = Some((200, r#"{"status":"success","data":{"approved":false}}"#));

#[derive(Default)]
struct Inner {
    arrivals: Mutex<Vec<(String, Value)>>,
    /// Status and body; nothing to hang.
    answer: Mutex<Option<(u16, &'static str)>>,
}

struct Partner {
    url: String,
    inner: Arc<Inner>,
}

async fn take(State(inner): State<Arc<Inner>>, uri: Uri, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap();
    let arrival = (uri.path().to_owned(), body);
    inner.arrivals.lock().unwrap().push(arrival);
    let answer = *inner.answer.lock().unwrap();
    match answer {
        Some((status, text)) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
        None => {
            clock::pause(Duration::from_secs(600)).await;
            StatusCode::OK.into_response()
        }
    }
}

impl Partner {
    #[expect(
        clippy::disallowed_methods,
        reason = "the endpoint lives as long as the test"
    )]
    async fn new() -> Self {
        let inner = Arc::new(Inner::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let partner = Self { url, inner };
        partner.answers(YES);
        partner
    }

    fn answers(&self, answer: Option<(u16, &'static str)>) {
        *self.inner.answer.lock().unwrap() = answer;
    }

    /// The questions so far.
    fn asked(&self) -> Vec<Value> {
        let arrivals = self.inner.arrivals.lock().unwrap();
        let asked = arrivals
            .iter()
            .filter(|(path, _)| path == "/hook/authorizations");
        asked.map(|(_, body)| body.clone()).collect()
    }

    fn hints(&self) -> Vec<Value> {
        let arrivals = self.inner.arrivals.lock().unwrap();
        let hints = arrivals.iter().filter(|(path, _)| path == "/hook");
        hints.map(|(_, body)| body.clone()).collect()
    }
}

fn options(partner: &Partner) -> Options {
    Options {
        webhook_url: Some(partner.url.clone()),
        ..seeded()
    }
}

/// A partner-managed program with one budget card, its EUR pool at 49,999.50 USD.
async fn managed() -> (Bench, Partner, String) {
    let partner = Partner::new().await;
    let bench = Bench::with(options(&partner)).await;
    bench.put("/quirks", json!({"partnerManaged": true})).await;
    let card = bench.budget_card().await;
    (bench, partner, card)
}

async fn pool(bench: &Bench) -> String {
    text(&bench.look("/state").await["budgets"][0]["balance"])
}

async fn listed(bench: &Bench) -> Value {
    let path = format!("/budgets/{EUR_POOL}/transactions");
    bench.get(&path).await["transactions"][0].clone()
}

#[tokio::test]
async fn purchase_approved_is_asked_about_then_booked_and_hinted() {
    let (bench, partner, card) = managed().await;
    let told = bench
        .spend(
            &card,
            json!({
                "amount": 10, "merchant": "SHOP", "mcc": "5812", "merchantId": "M-1",
                "country": "GB", "city": "Leeds", "merchantAmount": "8.5",
                "merchantCurrency": "GBP",
            }),
        )
        .await;
    assert_eq!(
        (&told["status"], &told["answered"]),
        (&json!("completed"), &json!("approved"))
    );
    let asked = partner.asked();
    let expected = json!([{
        "event": "authorization.request",
        "data": {
            "authorizationId": told["authorizationId"], "cardId": card, "budgetId": EUR_POOL,
            "amount": 11, "currency": "USD", "merchantAmount": 8.5, "merchantCurrency": "GBP",
            "merchant": {
                "id": "M-1", "name": "SHOP", "mcc": "5812", "country": "GB", "city": "Leeds",
            },
            "createdAt": asked[0]["data"]["createdAt"],
        },
    }]);
    assert_eq!(json!(asked), expected);
    let one = listed(&bench).await;
    assert_eq!(
        (&one["authorizationId"], &one["amount"], &one["usdAmount"]),
        (&told["authorizationId"], &json!(10), &json!(11))
    );
    assert_eq!(pool(&bench).await, "49988.5");
    eventually(async || {
        let hint = |one: &Value| {
            one["event"] == "placeholder.transaction.updated"
                && one["data"]["transactionId"] == told["transactionId"]
        };
        partner.hints().iter().any(hint).then_some(())
    })
    .await;
}

#[tokio::test]
async fn purchase_declined_or_unanswered_is_a_declined_transaction() {
    let (bench, partner, card) = managed().await;
    for (answer, answered, reason) in [
        (NO, "declined", "Declined by partner"),
        (
            Some((500, r#"{"status":"success","data":{"approved":true}}"#)),
            "none",
            "No answer from partner",
        ),
        (
            Some((200, r#"{"status":"error","data":{"approved":true}}"#)),
            "none",
            "No answer from partner",
        ),
        (
            Some((200, r#"{"status":"success","data":{}}"#)),
            "none",
            "No answer from partner",
        ),
        (Some((200, "yes")), "none", "No answer from partner"),
    ] {
        partner.answers(answer);
        let told = bench.spend(&card, json!({"amount": 10})).await;
        assert_eq!(
            (&told["status"], &told["answered"], &told["declineReason"]),
            (&json!("declined"), &json!(answered), &json!(reason)),
            "{answer:?}"
        );
        let one = listed(&bench).await;
        assert_eq!(
            (&one["status"], &one["authorizationId"]),
            (&json!("declined"), &told["authorizationId"])
        );
    }
    assert_eq!(pool(&bench).await, "49999.5");
}

#[tokio::test]
async fn purchase_without_an_answer_in_time_is_declined() {
    let partner = Partner::new().await;
    let bench = Bench::waiting(options(&partner), 200).await;
    bench.put("/quirks", json!({"partnerManaged": true})).await;
    let card = bench.budget_card().await;
    partner.answers(None);
    for url in [
        Some(partner.url.clone()),
        Some("http://127.0.0.1:9/closed".into()),
        None,
    ] {
        bench.emulator.set_webhook_url(url);
        let told = bench.spend(&card, json!({"amount": 10})).await;
        assert_eq!(
            (&told["status"], &told["answered"]),
            (&json!("declined"), &json!("none"))
        );
    }
}

#[tokio::test]
async fn purchase_approved_beyond_the_pool_is_declined_all_the_same() {
    let (bench, partner, card) = managed().await;
    let told = bench.spend(&card, json!({"amount": 60_000})).await;
    assert_eq!(
        (&told["answered"], &told["declineReason"]),
        (&json!("approved"), &json!("Insufficient budget balance"))
    );
    assert_eq!(partner.asked().len(), 1);
}

#[tokio::test]
async fn purchase_that_bfinance_decides_itself_is_not_asked_about() {
    let (bench, partner, card) = managed().await;
    let prepaid = bench.card(50).await;
    bench.spend(&prepaid, json!({"amount": 5})).await;
    bench
        .spend(&card, json!({"amount": 5, "type": "refund"}))
        .await;
    bench
        .spend(&card, json!({"amount": 5, "decline": "Country"}))
        .await;
    let velocity = json!({"type": "DAY", "amount": 4});
    bench
        .post(&format!("/budget-cards/{card}/velocity"), velocity)
        .await;
    let limited = bench.spend(&card, json!({"amount": 5})).await;
    assert_eq!(limited["declineReason"], "Velocity limit exceeded");
    bench
        .post(&format!("/budget-cards/{card}/freeze"), json!({}))
        .await;
    let frozen = bench.spend(&card, json!({"amount": 1})).await;
    assert_eq!(frozen["declineReason"], "Card is not active");
    assert!(frozen.get("authorizationId").is_none() && frozen.get("answered").is_none());
    bench
        .post(&format!("/budget-cards/{card}/unfreeze"), json!({}))
        .await;
    bench.put("/quirks", json!({})).await;
    let unmanaged = bench.spend(&card, json!({"amount": 1})).await;
    assert_eq!(unmanaged["status"], "completed");
    assert!(listed(&bench).await.get("authorizationId").is_none());
    assert_eq!(partner.asked(), Vec::<Value>::new());
}

#[tokio::test]
async fn purchase_pending_is_settled_at_another_amount_or_reversed() {
    let (bench, partner, card) = managed().await;
    // After 10 EUR: 8 and 15 settled, 10 reversed, 10 cut to 4 and settled.
    for (steps, left) in [
        (vec![("completed", json!({"amount": "8"}))], "49990.7"),
        (vec![("completed", json!({"amount": 15}))], "49974.2"),
        (vec![("reversed", json!({}))], "49974.2"),
        (
            vec![("pending", json!({"amount": 4})), ("completed", json!({}))],
            "49969.8",
        ),
    ] {
        let told = bench
            .spend(&card, json!({"amount": 10, "status": "pending"}))
            .await;
        let before = partner.asked().len();
        for (status, body) in steps {
            let path = format!("/transactions/{}/{status}", text(&told["id"]));
            let (code, answer) = bench.control(Method::POST, &path, body).await;
            assert_eq!(code, 204, "{answer}");
            let one = listed(&bench).await;
            assert_eq!(
                (&one["status"], &one["authorizationId"]),
                (&json!(status), &told["authorizationId"])
            );
        }
        assert_eq!(
            (pool(&bench).await.as_str(), partner.asked().len()),
            (left, before)
        );
    }
    let told = bench
        .spend(&card, json!({"amount": 1, "status": "pending"}))
        .await;
    let path = format!("/transactions/{}/completed", text(&told["id"]));
    for wrong in [json!({"amount": 0}), json!({"typo": 1})] {
        assert_eq!(bench.control(Method::POST, &path, wrong).await.0, 409);
    }
    let before = bench.control(Method::POST, &path, json!({})).await.0;
    let left = pool(&bench).await;
    // Again it is no error and moves nothing; another amount is one.
    let again = bench.control(Method::POST, &path, json!({})).await.0;
    assert_eq!((before, again, pool(&bench).await), (204, 204, left));
    let other = bench.control(Method::POST, &path, json!({"amount": 2}));
    assert_eq!(other.await.0, 409);
}

#[tokio::test]
async fn refund_names_the_authorization_of_its_own_card_only() {
    let (bench, _partner, card) = managed().await;
    let bought = bench.spend(&card, json!({"amount": 10})).await;
    let id = bought["authorizationId"].clone();
    let refund = |kind: &str, id: &Value| json!({"amount": 4, "type": kind, "authorizationId": id});
    bench.spend(&card, refund("refund", &id)).await;
    let one = listed(&bench).await;
    assert_eq!(
        (&one["type"], &one["amount"], &one["authorizationId"]),
        (&json!("refund"), &json!(-4), &id)
    );
    assert_eq!(pool(&bench).await, "49992.9");
    let path = format!("/cards/{card}/transactions");
    for (body, status) in [
        (refund("purchase", &id), 409),
        (refund("refund", &json!("auth-unknown")), 404),
    ] {
        assert_eq!(bench.control(Method::POST, &path, body).await.0, status);
    }
    let other = bench.card(50).await;
    let path = format!("/cards/{other}/transactions");
    let foreign = bench
        .control(Method::POST, &path, refund("refund", &id))
        .await;
    assert_eq!(foreign.0, 404);
}

#[tokio::test]
async fn question_is_in_the_cards_currency_where_asked() {
    let (bench, partner, card) = managed().await;
    let quirks = json!({"partnerManaged": true, "authorizationCurrency": "card"});
    bench.put("/quirks", quirks).await;
    bench.spend(&card, json!({"amount": "10.5"})).await;
    let data = partner.asked()[0]["data"].clone();
    assert_eq!(
        (&data["amount"], &data["currency"]),
        (&json!(10.5), &json!("EUR"))
    );
    assert_eq!(
        (&data["merchantAmount"], &data["merchantCurrency"]),
        (&json!(10.5), &json!("EUR"))
    );
}
