//! A scripted Finup on a loopback port.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CallContext, CardChange, IssueCard, MoveFunds, OperationQuery, Provider,
};
use cardmux_domain::time::Timestamp;
use serde_json::json;

/// What is secret, here and in every answer that holds a card as `GET /cards/{id}` gives it.
pub const KEY: &str = "hush-hush-key";
pub const NUMBER: &str = "4000000000000002";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|v| v.to_str().unwrap());
        value.unwrap_or_default()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn line(&self) -> String {
        format!("{} {} {}", self.method, self.path, self.text())
            .trim()
            .to_owned()
    }
}

pub type Reply = (u16, String);
type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

/// 201 for every call, reads included (D).
pub fn ok(result: &str) -> Reply {
    (201, format!(r#"{{"result":{result}}}"#))
}

/// A card as the list shows it: no number.
pub fn listed(id: &str, status: &str, notes: &str) -> String {
    let mask = "4000 00•• •••• ••••";
    json!({"id": id, "created_at": "2026-01-05T09:00:00.000Z", "user": "u1", "account": "a1",
        "name": "Ads", "notes": notes, "category": "Universal", "bin_id": "b1", "currency": "USD",
        "masked_PAN": mask, "EXP": "**/**", "balance": 25, "past_balance": 0, "future_balance": 25,
        "deposit": 25, "withdraw": 0, "spent": 0, "status": status})
    .to_string()
}

/// The same as `GET` shows it, with everything in clear; `money` is balance, deposit, withdraw.
pub fn shown(id: &str, status: &str, money: [&str; 3]) -> String {
    let [balance, deposit, withdraw] = money;
    format!(
        r#"{{"id":"{id}","member":"m1","user":"u1","account":"a1","created_at":"2026-01-05T09:00:00.000Z",
        "updated_at":"2026-01-05T09:02:10.000Z","PAN":"{NUMBER}","EXP":"01/30","CVV":"017",
        "masked_PAN":"4000 00•• •••• 0002","name":"Jane Doe","balance":{balance},"deposit":{deposit},
        "withdraw":{withdraw},"spent":0,"status":"{status}","currency":"USD",
        "currency_short_name":"USD","future_balance":25,"past_balance":0,"category":"Universal",
        "bin_id":"b1","3ds":true}}"#
    )
}

#[derive(Clone)]
struct Shared {
    script: Arc<Script>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Lives as long as the test's runtime.
    #[expect(clippy::disallowed_methods, reason = "the test's runtime ends it")]
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shared = Shared {
            script: Arc::new(script),
            seen: seen.clone(),
        };
        let app = Router::new().fallback(answer).with_state(shared);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { url, seen }
    }

    /// The same answer to everything.
    pub async fn always(reply: Reply) -> Self {
        Self::start(move |_| reply.clone()).await
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Method, path and body of every call.
    pub fn calls(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }
}

async fn answer(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let seen = Seen {
        method,
        path: uri.path().to_owned(),
        headers,
        body,
    };
    shared.seen.lock().unwrap().push(seen.clone());
    let (status, body) = (shared.script)(&seen);
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

pub fn provider(url: &str, more: serde_json::Value) -> Arc<dyn Provider> {
    let mut settings = json!({"base_url": url, "account_id": "a1", "api_key": KEY});
    let more = more.as_object().unwrap().clone();
    settings.as_object_mut().unwrap().extend(more);
    cardmux_provider_finup::build(settings).unwrap()
}

pub fn usd(amount: &str) -> Money {
    Money::new(parse_amount(amount).unwrap(), "USD".parse().unwrap())
}

pub fn reference() -> Reference {
    Reference::from_text("ref1")
}

pub fn issue(label: Option<&str>) -> IssueCard {
    IssueCard {
        reference: reference(),
        card_type_ref: "b1".to_owned(),
        initial_balance: None,
        enrolment_ref: None,
        budget_ref: None,
        card_number: None,
        cardholder: None,
        label: label.map(str::to_owned),
    }
}

pub fn change() -> CardChange {
    CardChange {
        reference: reference(),
        card_ref: "c1".to_owned(),
        note: None,
    }
}

pub fn moving(amount: &str) -> MoveFunds {
    MoveFunds {
        reference: reference(),
        card_ref: "c1".to_owned(),
        amount: usd(amount),
        note: None,
    }
}

pub fn looked_for(kind: OperationKind, subject: Option<&str>) -> OperationQuery {
    OperationQuery {
        reference: reference(),
        kind,
        subject_ref: subject.map(str::to_owned),
        amount: None,
        note: None,
        // 2026-01-05T09:00:00Z
        sent_at: Some(Timestamp::from_millis(1_767_603_600_000)),
        before: None,
        card_type_ref: None,
        known: Vec::new(),
    }
}

pub fn context() -> CallContext {
    CallContext {
        tenant: "acme".parse().unwrap(),
        request_id: "req_test".to_owned(),
        deadline: Instant::now() + Duration::from_secs(10),
        enrolment_ref: None,
    }
}
