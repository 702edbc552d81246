//! The emulator's shared parts, the way of a request, and the task that ends reviews.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Query as QueryOf, Request, State as Shared};
use axum::http::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use cardmux_emulator_kit::{EmulatorError, Injected, Invisible, Kit, WebhookMode};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::ask::Asker;
use crate::calls::{self, Call};
use crate::envelope::{Answer, Answered, Failure, render};
use crate::options::BfinanceOptions;
use crate::quirks::{Prefixes, Quirks};
use crate::request::{Fields, Query};
use crate::script::ScriptBoard;
use crate::state::State;

/// The base path of the real service (D).
pub const BASE: &str = "/external/api";

/// As many as the kit's own call log keeps.
const REQUESTS_KEPT: usize = 10_000;

pub struct App {
    pub kit: Arc<Kit<State>>,
    pub script: ScriptBoard,
    pub asker: Asker,
    settle_ms: u64,
    quirks: Mutex<Quirks>,
    /// What was asked, with its method: the kit's log has none, and here it tells change from read.
    requests: Mutex<VecDeque<Value>>,
    errors: AtomicU64,
    changed: Notify,
}

impl App {
    pub fn new(kit: Arc<Kit<State>>, own: &BfinanceOptions) -> Result<Self, EmulatorError> {
        Ok(Self {
            kit,
            script: ScriptBoard::default(),
            asker: Asker::new(Duration::from_millis(own.answer_ms))?,
            settle_ms: own.settle_ms,
            quirks: Mutex::new(own.quirks.clone()),
            requests: Mutex::default(),
            errors: AtomicU64::new(0),
            changed: Notify::new(),
        })
    }

    pub fn quirks(&self) -> Quirks {
        self.quirks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn set_quirks(&self, quirks: Quirks) {
        *self.quirks.lock().unwrap_or_else(PoisonError::into_inner) = quirks;
    }

    pub fn settle_ms(&self) -> i64 {
        let settle = self.script.settle_ms().unwrap_or(self.settle_ms);
        i64::try_from(settle).unwrap_or(i64::MAX)
    }

    pub fn requests(&self) -> Vec<Value> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.iter().cloned().collect()
    }

    fn record(&self, parts: &Parts, fields: Option<&Fields>) {
        let reference = fields.and_then(|fields| fields.text("externalId").ok()?);
        let entry = json!({
            "method": parts.method.as_str(),
            "path": parts.uri.path(),
            "change": parts.method != Method::GET,
            "externalId": reference,
            "idempotencyKey": parts.headers.contains_key("idempotency-key"),
            "at": self.kit.clock.now_ms(),
        });
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == REQUESTS_KEPT {
            requests.pop_front();
        }
        requests.push_back(entry);
    }

    /// Changes the state, queues the news of it, and waits for them where the mode says so.
    pub async fn change<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let written = self.kit.store.write(|state, outbox| {
            let result = change(state);
            (result, self.announce(state, outbox))
        });
        let (result, deliveries) = written.map_err(|_| Failure::Server)?;
        self.changed.notify_one();
        if !deliveries.is_empty() {
            self.kit.webhooks.wake();
        }
        if self.kit.webhooks.mode() == WebhookMode::BeforeAnswer {
            self.kit.webhooks_tried(&deliveries).await;
        }
        result
    }

    /// Ends reviews as they fall due. Never returns; the caller drops it at the end.
    pub async fn run_reviews(self: Arc<Self>) {
        loop {
            let next = self.kit.store.read(|state, _| state.next_step_at());
            let now = self.kit.clock.now_ms();
            if next.is_some_and(|at| at <= now) {
                // An unwritable state file is met again by the next call, which answers 500.
                let _: Result<_, EmulatorError> = self.kit.store.write(|state, outbox| {
                    state.step(now);
                    self.announce(state, outbox)
                });
                self.kit.webhooks.wake();
                continue;
            }
            tokio::select! {
                () = self.changed.notified() => {}
                () = self.kit.clock.until(next.unwrap_or(i64::MAX)), if next.is_some() => {}
            }
        }
    }

    async fn answer(&self, parts: &Parts, body: &[u8], quirks: &Quirks) -> Answered {
        let fields = Fields::parse(body);
        self.record(parts, fields.as_ref().ok());
        let injected = parts.extensions.get::<Injected>().copied();
        match injected {
            Some(Injected::RateLimit) => return Err(Failure::RateLimited),
            Some(Injected::ErrorBefore) => return Err(Failure::Server),
            Some(Injected::Refuse | Injected::ErrorAfter) | None => {}
        }
        self.authenticate(&parts.headers)?;
        if injected == Some(Injected::Refuse) {
            return Err(Failure::invalid("Refused on purpose"));
        }
        let fields = fields?;
        let segments = segments(parts.uri.path(), quirks)?;
        let query = QueryOf::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let query = Query(query.map(|QueryOf(pairs)| pairs).unwrap_or_default());
        let call = Call {
            quirks,
            fields: &fields,
            query: &query,
            now_ms: self.kit.clock.now_ms(),
            settle_ms: self.settle_ms(),
            script: &self.script,
        };
        let answered = if parts.method == Method::GET {
            self.kit
                .store
                .read(|state, _| calls::read(state, &call, &segments))
        } else {
            self.change(|state| {
                changed(
                    state,
                    parts,
                    quirks,
                    |state| calls::change(state, &call, &parts.method, &segments),
                    |invisible| {
                        call.now_ms
                            .saturating_add(self.kit.clock.emulated_ms(invisible.0))
                    },
                )
            })
            .await
        };
        match injected {
            Some(Injected::ErrorAfter) => Err(Failure::Server),
            Some(Injected::Refuse | Injected::RateLimit | Injected::ErrorBefore) | None => answered,
        }
    }

    /// A bearer token that does not expire (S1: fixed API token).
    fn authenticate(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let sent = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = sent.and_then(|value| value.strip_prefix("Bearer "));
        let valid = self
            .kit
            .store
            .read(|state, _| token == Some(state.token.as_str()));
        if valid { Ok(()) } else { Err(Failure::Token) }
    }
}

/// One change: replayed, or done and then hidden where a fault says so.
fn changed(
    state: &mut State,
    parts: &Parts,
    quirks: &Quirks,
    work: impl FnOnce(&mut State) -> Answered,
    until: impl FnOnce(Invisible) -> i64,
) -> Answered {
    let replay = replay_name(parts, quirks);
    let known = replay
        .as_ref()
        .is_some_and(|name| state.replays.contains_key(name));
    if known {
        return Ok(Answer::Message(calls::MOVED));
    }
    let invisible = parts.extensions.get::<Invisible>().copied();
    let before = invisible.map(|invisible| (state.before(), until(invisible)));
    let answered = work(state);
    if let Some((before, until)) = before {
        state.veil(&before, until);
    }
    if let (Some(name), Ok(_)) = (replay, &answered) {
        state.replays.insert(name, Value::Null);
    }
    answered
}

/// Where `Idempotency-Key` counts: on top-up and withdrawal, by path (S1).
fn replay_name(parts: &Parts, quirks: &Quirks) -> Option<String> {
    let path = parts.uri.path();
    let money = path.ends_with("/topup") || path.ends_with("/withdraw");
    let key = parts.headers.get("idempotency-key")?.to_str().ok()?;
    (quirks.idempotency && money).then(|| format!("{path} {key}"))
}

/// The path below the base, with the card prefix in force written `cards`.
fn segments<'a>(path: &'a str, quirks: &Quirks) -> Result<Vec<&'a str>, Failure> {
    let unknown = || Failure::missing("Path");
    let below = path
        .strip_prefix(BASE)
        .and_then(|rest| rest.strip_prefix('/'));
    let mut segments: Vec<&str> = below.ok_or_else(unknown)?.split('/').collect();
    if let Some(first) = segments.first_mut() {
        let served = match *first {
            "cards" => quirks.prefixes != Prefixes::Prepaid,
            "prepaid-cards" => quirks.prefixes != Prefixes::Cards,
            _ => true,
        };
        if !served {
            return Err(unknown());
        }
        if *first == "prepaid-cards" {
            *first = "cards";
        }
    }
    Ok(segments)
}

/// Every provider call: any path, any method.
pub async fn dispatch(Shared(app): Shared<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // The gate in front has bounded the body.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let quirks = app.quirks();
    let answered = app.answer(&parts, &body, &quirks).await;
    let number = match &answered {
        Ok(_) => 0,
        Err(_) => app.errors.fetch_add(1, Ordering::Relaxed) + 1,
    };
    let (status, body) = render(answered, &quirks, number);
    let mut response = (status, Json(body)).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
