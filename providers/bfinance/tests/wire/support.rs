//! A scripted bfinance on a loopback port.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use cardmux_domain::card::CardFunds;
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CallContext, OperationQuery, Provider, Trace};
use cardmux_domain::time::Timestamp;
use serde_json::{Value, json};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Method, path and query: `GET /external/api/balance`.
    pub line: String,
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
}

pub type Reply = (StatusCode, String);
type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

/// In the documented envelope.
pub fn ok(data: &str) -> Reply {
    (
        StatusCode::OK,
        format!(r#"{{"status":"success","data":{data}}}"#),
    )
}

pub fn message() -> Reply {
    let body = r#"{"status":"success","message":"Done"}"#;
    (StatusCode::OK, body.to_owned())
}

pub fn no(status: u16, message: &str) -> Reply {
    let body = json!({"status": "error", "message": message, "errorId": "e-0001", "data": null});
    (StatusCode::from_u16(status).unwrap(), body.to_string())
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

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Method and path below the documented prefix, and the body, of every call.
    pub fn calls(&self) -> Vec<(String, String)> {
        let short = |seen: &Seen| {
            let line = seen.line.replacen("/external/api", "", 1);
            (line, seen.text().to_owned())
        };
        self.seen().iter().map(short).collect()
    }

    pub fn lines(&self) -> Vec<String> {
        self.calls().into_iter().map(|(line, _)| line).collect()
    }

    pub fn provider(&self, more: Value) -> Arc<dyn Provider> {
        let mut settings = json!({"base_url": self.url, "token": "hush-hush"});
        let more = more.as_object().unwrap().clone();
        settings.as_object_mut().unwrap().extend(more);
        cardmux_provider_bfinance::build(settings).unwrap()
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
        line: format!("{method} {uri}"),
        headers,
        body,
    };
    shared.seen.lock().unwrap().push(seen.clone());
    let (status, body) = (shared.script)(&seen);
    (status, body).into_response()
}

/// The same by the end of the line; anything else is unknown.
pub async fn scripted(answers: Vec<(&'static str, Reply)>) -> Server {
    Server::start(move |seen| {
        let known = answers.iter().find(|(end, _)| seen.line.ends_with(end));
        known.map_or_else(|| no(404, "Not found"), |(_, reply)| reply.clone())
    })
    .await
}

pub const BUDGET_TYPE: &str = "tb";

pub fn budget_types() -> Value {
    json!({"types": {BUDGET_TYPE: {"kind": "budget_card", "budget": "b1"}}})
}

/// Calls as [`Server::calls`] tells them.
pub fn calls(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(line, body): &(&str, &str)| ((*line).to_owned(), (*body).to_owned());
    expected.iter().map(owned).collect()
}

pub fn usd(amount: &str) -> Money {
    Money::new(parse_amount(amount).unwrap(), "USD".parse().unwrap())
}

pub fn reference() -> Reference {
    Reference::from_text("ref1")
}

/// When the operations that are looked for were sent.
pub const SENT_AT: Timestamp = Timestamp::from_millis(1_782_900_000_000);
/// A moment later, and an hour before.
pub const LATER: &str = "2026-07-01T10:00:05Z";
pub const BEFORE: &str = "2026-07-01T09:00:00Z";

pub fn looked_for(kind: OperationKind, subject: Option<&str>) -> OperationQuery {
    OperationQuery {
        reference: reference(),
        kind,
        subject_ref: subject.map(str::to_owned),
        amount: None,
        note: None,
        sent_at: Some(SENT_AT),
        before: None,
        card_type_ref: None,
        known: Vec::new(),
    }
}

/// A movement of 5 USD on a card that held 10 before.
pub fn moved(kind: OperationKind) -> OperationQuery {
    OperationQuery {
        amount: Some(usd("5")),
        before: Some(CardFunds {
            balance: Some(usd("10")),
            ..CardFunds::default()
        }),
        ..looked_for(kind, Some("c1"))
    }
}

pub async fn find(provider: &Arc<dyn Provider>, query: &OperationQuery) -> Trace {
    let operations = provider.operations().unwrap();
    operations.find(&context(), query).await.unwrap()
}

pub fn context() -> CallContext {
    CallContext {
        tenant: "acme".parse().unwrap(),
        request_id: "req_test".to_owned(),
        deadline: Instant::now() + Duration::from_secs(10),
        enrolment_ref: None,
    }
}
