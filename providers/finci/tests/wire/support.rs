//! A scripted FINCI on a loopback port.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{CallContext, OperationQuery, Provider, Trace};
use serde_json::{Value, json};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Method, path and query: `POST /v1/get-cards`.
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

/// A success, with the members of the text.
pub fn ok(members: &str) -> Reply {
    let more = if members.is_empty() { "" } else { "," };
    let body = format!(r#"{{"status":"success","errors":[]{more}{members}}}"#);
    (StatusCode::OK, body)
}

/// A refusal, in an answer that HTTP calls good.
pub fn no(code: &str) -> Reply {
    let body = json!({"status": "error", "errors": [code]});
    (StatusCode::OK, body.to_string())
}

pub fn failed() -> Reply {
    (StatusCode::BAD_GATEWAY, "<html>".to_owned())
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

    /// Method and path below the default prefix, and the body, of every call.
    pub fn calls(&self) -> Vec<(String, String)> {
        let short = |seen: &Seen| {
            let line = seen.line.replacen("/v1", "", 1);
            (line, seen.text().to_owned())
        };
        self.seen().iter().map(short).collect()
    }

    pub fn lines(&self) -> Vec<String> {
        self.calls().into_iter().map(|(line, _)| line).collect()
    }

    pub fn provider(&self, more: Value) -> Arc<dyn Provider> {
        let mut settings = settings();
        settings["base_url"] = json!(self.url);
        let more = more.as_object().unwrap().clone();
        settings.as_object_mut().unwrap().extend(more);
        cardmux_provider_finci::build(settings).unwrap()
    }
}

pub fn settings() -> Value {
    json!({
        "base_url": "http://127.0.0.1:9", "token": "hush-token", "secret": "hush-hush",
        "products": [
            {"product_id": 41, "name": "Debit", "currency": "EUR", "plastic": true},
            {"product_id": 42, "currency": "USD", "owner": "corporate"},
        ],
        "delivery_address":
            {"country": "LT", "city": "Vilnius", "street": "Sample g. 1", "postal_code": "01100"},
    })
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

/// Calls as [`Server::calls`] tells them.
pub fn calls(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(line, body): &(&str, &str)| ((*line).to_owned(), (*body).to_owned());
    expected.iter().map(owned).collect()
}

pub fn reference() -> Reference {
    Reference::from_text("ref1")
}

pub fn looked_for(kind: OperationKind, subject: Option<&str>) -> OperationQuery {
    OperationQuery {
        reference: reference(),
        kind,
        subject_ref: subject.map(str::to_owned),
        amount: None,
        note: None,
        sent_at: None,
        before: None,
        card_type_ref: None,
        known: Vec::new(),
    }
}

pub async fn find(provider: &Arc<dyn Provider>, query: &OperationQuery) -> Trace {
    let operations = provider.operations().unwrap();
    operations.find(&context_of(PERSON), query).await.unwrap()
}

pub const PERSON: &str = "person:1001/account";
pub const EMPLOYEE: &str = "corporate:1101/account/employee:1201";

pub fn context() -> CallContext {
    CallContext {
        tenant: "acme".parse().unwrap(),
        request_id: "req_test".to_owned(),
        deadline: Instant::now() + Duration::from_secs(60),
        enrolment_ref: None,
    }
}

/// Of a call about a card.
pub fn context_of(enrolment_ref: &str) -> CallContext {
    CallContext {
        enrolment_ref: Some(enrolment_ref.to_owned()),
        ..context()
    }
}
