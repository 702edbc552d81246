//! The integrator's side: takes webhooks and answers as told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cardmux_emulator_kit::clock;
use serde_json::Value;

use crate::support::eventually;

/// What arrived: the path below the webhook URL, the exact bytes, and the same as JSON.
#[derive(Clone)]
pub struct Arrival {
    pub path: String,
    pub raw: Bytes,
    pub body: Value,
}

#[derive(Clone)]
pub enum Manner {
    Say(u16, &'static str),
    /// Answers nothing while anybody could wait for it.
    Hang,
}

struct Inner {
    arrivals: Mutex<Vec<Arrival>>,
    manner: Mutex<Manner>,
}

pub struct Endpoint {
    pub url: String,
    inner: Arc<Inner>,
}

pub const APPROVE: Manner = Manner::Say(200, r#"{"status":"success"}"#);
pub const DECLINE: Manner = Manner::Say(200, r#"{"status":"error","errors":["DECLINED"]}"#);

async fn take(State(inner): State<Arc<Inner>>, uri: Uri, raw: Bytes) -> Response {
    let arrival = Arrival {
        path: uri.path().strip_prefix("/hook").unwrap().to_owned(),
        body: serde_json::from_slice(&raw).unwrap(),
        raw,
    };
    inner.arrivals.lock().unwrap().push(arrival);
    let manner = inner.manner.lock().unwrap().clone();
    match manner {
        Manner::Say(status, text) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
        Manner::Hang => {
            clock::pause(Duration::from_secs(600)).await;
            StatusCode::OK.into_response()
        }
    }
}

impl Endpoint {
    #[expect(
        clippy::disallowed_methods,
        reason = "the endpoint lives as long as the test"
    )]
    pub async fn new() -> Self {
        let inner = Arc::new(Inner {
            arrivals: Mutex::default(),
            manner: Mutex::new(APPROVE),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    pub fn answers(&self, manner: Manner) {
        *self.inner.manner.lock().unwrap() = manner;
    }

    pub fn arrivals(&self) -> Vec<Arrival> {
        self.inner.arrivals.lock().unwrap().clone()
    }

    /// Waits until so many arrived.
    pub async fn after(&self, count: usize) -> Vec<Arrival> {
        eventually(async || Some(self.arrivals()).filter(|all| all.len() >= count)).await
    }

    /// Waits for the one whose body is like this.
    pub async fn find(&self, wanted: impl Fn(&Value) -> bool) -> Arrival {
        let found = async || self.arrivals().into_iter().find(|one| wanted(&one.body));
        eventually(found).await
    }

    /// Waits for the advice of this authorization.
    pub async fn advice(&self, id: &str) -> Value {
        let is = |body: &Value| body["id"] == id && body.get("response_code").is_some();
        self.find(is).await.body
    }
}
