//! The emulator's shared parts, the way of a request, and the task that moves orders on.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Shared};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use cardmux_emulator_kit::{EmulatorError, Injected, Invisible, Kit, WebhookMode};
use tokio::sync::Notify;

use crate::calls::Circumstances;
use crate::envelope::{Failure, Success, render};
use crate::keys::Keys;
use crate::options::{Dialect, FincardOptions};
use crate::request::Fields;
use crate::route::{self, Endpoint};
use crate::script::{Fate, ScriptBoard};
use crate::state::State;

pub struct App {
    pub kit: Arc<Kit<State>>,
    pub options: FincardOptions,
    pub keys: Keys,
    pub script: ScriptBoard,
    pub orders_changed: Notify,
}

impl App {
    pub fn new(kit: Arc<Kit<State>>, options: FincardOptions) -> Result<Self, EmulatorError> {
        let credentials = kit.store.read(|state, _| state.credentials.clone());
        let keys = Keys::load(
            &credentials.platform_private_key,
            &credentials.merchant_private_key,
        )?;
        Ok(Self {
            kit,
            options,
            keys,
            script: ScriptBoard::default(),
            orders_changed: Notify::new(),
        })
    }

    pub fn before_answer(&self) -> bool {
        self.kit.webhooks.mode() == WebhookMode::BeforeAnswer
    }

    /// Gives a new order its fate and its times; ends it where it must end inside the call.
    pub fn cue(&self, state: &mut State, order_no: &str) {
        let cue = self.script.order();
        let Some(order) = state.order_mut(order_no) else {
            return;
        };
        order.fate = cue.fate;
        let accepted_at = order.schedule.accepted_at;
        let delay = self.delay(cue.delay_ms);
        order.schedule.processing_at = accepted_at.saturating_add(delay / 2);
        order.schedule.final_at = accepted_at.saturating_add(delay);
        let ends_here = cue.finish_in_call || self.before_answer();
        if ends_here && cue.fate != Fate::Stuck {
            state.finish(order_no, accepted_at);
        }
    }

    /// How long orders and audits take now.
    pub fn delay(&self, scripted: Option<u64>) -> i64 {
        i64::try_from(scripted.unwrap_or(self.options.order_delay_ms)).unwrap_or(i64::MAX)
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
        self.orders_changed.notify_one();
        if !deliveries.is_empty() {
            self.kit.webhooks.wake();
        }
        if self.before_answer() {
            self.kit.webhooks_tried(&deliveries).await;
        }
        result
    }

    /// Moves orders and audits on as they fall due. Never returns; the caller drops it at the end.
    pub async fn run_orders(self: Arc<Self>) {
        loop {
            let next = self.kit.store.read(|state, _| state.next_step_at());
            let now = self.kit.clock.now_ms();
            if next.is_some_and(|at| at <= now) {
                // An unwritable state file is met again by the next call, which answers 500.
                let _ = self.kit.store.write(|state, outbox| {
                    state.step(now);
                    self.announce(state, outbox)
                });
                self.kit.webhooks.wake();
                continue;
            }
            tokio::select! {
                () = self.orders_changed.notified() => {}
                () = self.kit.clock.until(next.unwrap_or(i64::MAX)), if next.is_some() => {}
            }
        }
    }

    async fn answer(&self, parts: &Parts, body: &[u8]) -> Result<Success, Failure> {
        let (dialect, endpoint) = route::find(parts.uri.path()).ok_or(Failure::NotFound)?;
        if parts.method != Method::POST {
            return Err(Failure::Method);
        }
        let injected = parts.extensions.get::<Injected>().copied();
        match injected {
            Some(Injected::RateLimit) => return Err(Failure::RateLimited),
            Some(Injected::ErrorBefore) => return Err(Failure::Server),
            Some(Injected::Refuse | Injected::ErrorAfter) | None => {}
        }
        if endpoint == Endpoint::LoginByEmail {
            return self.login_by_email(&parts.headers, body);
        }
        if endpoint == Endpoint::LoginByUser {
            return self.login_by_user(&parts.headers, body);
        }
        self.authenticate(dialect, endpoint, &parts.headers, body)?;
        if injected == Some(Injected::Refuse) {
            return Err(Failure::business("Refused on purpose"));
        }
        let invisible = parts.extensions.get::<Invisible>().copied();
        let data = if endpoint == Endpoint::Upload {
            self.upload(&parts.headers, body).await?
        } else {
            let fields = Fields::parse(body)?;
            self.call(endpoint, &fields, Circumstances { dialect, invisible })
                .await?
        };
        match injected {
            Some(Injected::ErrorAfter) => Err(Failure::Server),
            Some(Injected::Refuse | Injected::RateLimit | Injected::ErrorBefore) | None => {
                Ok(Success::Data(data))
            }
        }
    }
}

/// Every provider call: any path, any method.
pub async fn dispatch(Shared(app): Shared<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // The gate in front has bounded the body.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let result = app.answer(&parts, &body).await;
    let dialect = if parts.uri.path().starts_with(route::UPSTREAM) {
        Dialect::Upstream
    } else {
        Dialect::Finhub
    };
    let (status, body) = render(&result, dialect);
    let signature = (dialect == Dialect::Upstream && app.options.quirks.sign_answers)
        .then(|| HeaderValue::try_from(app.keys.sign(&body)).ok())
        .flatten();
    respond(status, body, signature)
}

fn respond(status: StatusCode, body: Vec<u8>, signature: Option<HeaderValue>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if let Some(signature) = signature {
        headers.insert(HeaderName::from_static("x-wsb-signature"), signature);
    }
    response
}
