//! The emulator's shared parts, and the way of a request.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State as Shared};
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use cardmux_emulator_kit::{EmulatorError, Injected, Invisible, Kit, WebhookMode};
use serde_json::{Value, json};

use crate::ask::Asker;
use crate::auth::{self, Credentials};
use crate::calls::{self, Call};
use crate::envelope::{Answered, Failure, render};
use crate::quirks::Quirks;
use crate::request::Fields;
use crate::state::State;

/// As many as the kit's own call log keeps.
const REQUESTS_KEPT: usize = 10_000;

pub struct App {
    pub kit: Arc<Kit<State>>,
    pub asker: Asker,
    quirks: Mutex<Quirks>,
    /// What was asked, with its method: the kit's log has none.
    requests: Mutex<VecDeque<Value>>,
    /// Accepted signatures, for the quirk that refuses them the second time.
    signatures: Mutex<BTreeSet<String>>,
}

impl App {
    pub fn new(
        kit: Arc<Kit<State>>,
        answer_ms: u64,
        quirks: Quirks,
    ) -> Result<Self, EmulatorError> {
        Ok(Self {
            kit,
            asker: Asker::new(Duration::from_millis(answer_ms))?,
            quirks: Mutex::new(quirks),
            requests: Mutex::default(),
            signatures: Mutex::default(),
        })
    }

    pub fn quirks(&self) -> Quirks {
        locked(&self.quirks).clone()
    }

    pub fn set_quirks(&self, quirks: Quirks) {
        *locked(&self.quirks) = quirks;
    }

    pub fn requests(&self) -> Vec<Value> {
        locked(&self.requests).iter().cloned().collect()
    }

    fn record(&self, parts: &Parts, fields: Option<&Fields>) {
        let reference = fields.and_then(|fields| fields.text("external_id").ok()?);
        let entry = json!({
            "method": parts.method.as_str(),
            "path": parts.uri.path(),
            "externalId": reference,
            "at": self.kit.clock.now_ms(),
        });
        let mut requests = locked(&self.requests);
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
        if !deliveries.is_empty() {
            self.kit.webhooks.wake();
            if self.kit.webhooks.mode() == WebhookMode::BeforeAnswer {
                self.kit.webhooks_tried(&deliveries).await;
            }
        }
        result
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
        self.authenticate(parts, body, quirks)?;
        if injected == Some(Injected::Refuse) {
            return Err(Failure::Refused("REFUSED_ON_PURPOSE".into()));
        }
        let segments = segments(parts, quirks)?;
        let fields = fields?;
        let now_ms = self.kit.clock.now_ms();
        let hidden = parts.extensions.get::<Invisible>();
        let call = Call {
            quirks,
            fields: &fields,
            now_ms,
            visible_at: hidden.map_or(now_ms, |invisible| {
                now_ms.saturating_add(self.kit.clock.emulated_ms(invisible.0))
            }),
        };
        let answered = if calls::is_read(&segments) {
            let read = |state: &State| calls::read(state, &call, &segments);
            self.kit.store.read(|state, _| read(state))
        } else {
            self.change(|state| calls::change(state, &call, &segments))
                .await
        };
        match injected {
            Some(Injected::ErrorAfter) => Err(Failure::Server),
            Some(Injected::Refuse | Injected::RateLimit | Injected::ErrorBefore) | None => answered,
        }
    }

    fn authenticate(&self, parts: &Parts, body: &[u8], quirks: &Quirks) -> Result<(), Failure> {
        let credentials = self.kit.store.read(|state, _| Credentials {
            token: state.token.clone(),
            secret: state.secret.clone(),
        });
        let signature = auth::verify(parts, body, &credentials, quirks)?;
        let first = locked(&self.signatures).insert(signature);
        if quirks.replays_refused && !first {
            return Err(Failure::Unauthorized("SIGNATURE_INVALID"));
        }
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The method and the path below the prefix.
fn segments<'a>(parts: &'a Parts, quirks: &Quirks) -> Result<Vec<&'a str>, Failure> {
    let below = parts.uri.path().strip_prefix(quirks.path_prefix.as_str());
    let below = below.and_then(|rest| rest.strip_prefix('/'));
    let below = below.ok_or(Failure::Path)?;
    let method = match parts.method {
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        _ => return Err(Failure::Path),
    };
    Ok(std::iter::once(method).chain(below.split('/')).collect())
}

/// Every provider call: any path, any method.
pub async fn dispatch(Shared(app): Shared<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // The gate in front has bounded the body.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let quirks = app.quirks();
    let answered = app.answer(&parts, &body, &quirks).await;
    let (status, body) = render(answered, &quirks);
    let mut response = (status, Json(body)).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
