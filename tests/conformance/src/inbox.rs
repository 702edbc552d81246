//! Where emulators send their webhooks, and ask whether a card may be charged.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use cardmux_domain::authorization::Verdict;
use cardmux_domain::provider::{AuthorizationMessage, Provider};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::steps;
use crate::subject::SentWebhook;
use crate::trial::Result;

/// Below the address of webhooks, as at the gateway.
const AUTHORIZATIONS: &str = "/authorizations";

/// A receiver on this machine that keeps every webhook and acknowledges it.
pub struct Inbox {
    pub url: String,
    received: Arc<Received>,
    /// Ends with the inbox.
    _server: JoinSet<std::io::Result<()>>,
}

struct Received {
    all: Mutex<Vec<SentWebhook>>,
    decider: Mutex<Option<Decider>>,
    /// The provider's word for "received".
    acknowledgement: Value,
}

/// Answers as the gateway does: in the adapter's words.
#[derive(Clone)]
struct Decider {
    adapter: Arc<dyn Provider>,
    verdict: Verdict,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Received {
    fn all(&self) -> MutexGuard<'_, Vec<SentWebhook>> {
        locked(&self.all)
    }

    fn answer(&self, path: &str, sent: &SentWebhook) -> Response {
        let decider = locked(&self.decider).clone();
        let decided = decider.filter(|_| path.ends_with(AUTHORIZATIONS));
        let decided = decided.and_then(|decider| decider.answer(sent));
        decided.unwrap_or_else(|| axum::Json(self.acknowledgement.clone()).into_response())
    }
}

impl Decider {
    /// `None` for what is only to be acknowledged.
    fn answer(&self, sent: &SentWebhook) -> Option<Response> {
        let authorizations = self.adapter.authorizations()?;
        match authorizations.read(&sent.delivery()) {
            Ok(AuthorizationMessage::Notice) => None,
            Ok(AuthorizationMessage::Request(_)) => {
                let reply = authorizations.reply(self.verdict);
                let status = StatusCode::from_u16(reply.status).ok()?;
                let headers = [(header::CONTENT_TYPE, reply.content_type)];
                Some((status, headers, reply.body).into_response())
            }
            Err(_refused) => Some(StatusCode::BAD_REQUEST.into_response()),
        }
    }
}

async fn receive(
    State(received): State<Arc<Received>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let headers = headers.iter().filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    let sent = SentWebhook {
        headers: headers.collect(),
        body: body.to_vec(),
    };
    received.all().push(sent.clone());
    received.answer(uri.path(), &sent)
}

impl Inbox {
    pub async fn open(acknowledgement: Value) -> Result<Self> {
        let received = Arc::new(Received {
            all: Mutex::default(),
            decider: Mutex::default(),
            acknowledgement,
        });
        let app = Router::new().fallback(receive);
        let app = app.with_state(Arc::clone(&received));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}/hooks", listener.local_addr()?);
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, app).await });
        Ok(Self {
            url,
            received,
            _server: server,
        })
    }

    /// From now on this adapter answers the provider's questions, with this verdict.
    pub fn decide(&self, adapter: Arc<dyn Provider>, verdict: Verdict) {
        *locked(&self.received.decider) = Some(Decider { adapter, verdict });
    }

    /// The first `count` that name this, once they are there.
    pub async fn first(
        &self,
        count: usize,
        fields: &[&str],
        wanted: &str,
    ) -> Result<Vec<SentWebhook>> {
        steps::arrived(|| {
            let mut about = self.naming(fields, wanted);
            about.truncate(count);
            (about.len() == count).then_some(about)
        })
        .await
    }

    /// Those in whose body one of these fields has this value, as text or number, at any depth.
    pub fn naming(&self, fields: &[&str], wanted: &str) -> Vec<SentWebhook> {
        let about = |sent: &&SentWebhook| {
            let body = serde_json::from_slice::<Value>(&sent.body).unwrap_or_default();
            names(&body, fields, wanted)
        };
        let received = self.received.all();
        received.iter().filter(about).cloned().collect()
    }
}

fn names(value: &Value, fields: &[&str], wanted: &str) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| {
            let text = value.as_str() == Some(wanted);
            let number = value.as_number().map(ToString::to_string);
            fields.contains(&name.as_str()) && (text || number.as_deref() == Some(wanted))
                || names(value, fields, wanted)
        }),
        Value::Array(items) => items.iter().any(|value| names(value, fields, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
