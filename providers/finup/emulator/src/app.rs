//! The emulator's shared parts, the way of a request, and the task that moves cards on.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Shared};
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use cardmux_emulator_kit::{Injected, Invisible, Kit};
use serde::Serialize;
use tokio::sync::Notify;

use crate::auth;
use crate::calls::Around;
use crate::failure::Failure;
use crate::json::Json;
use crate::options::FinupOptions;
use crate::quirks::Quirks;
use crate::request::Fields;
use crate::route::{self, Call};
use crate::script::ScriptBoard;
use crate::state::{State, Terms};

pub struct App {
    pub kit: Arc<Kit<State>>,
    pub options: FinupOptions,
    pub script: ScriptBoard,
    quirks: Mutex<Quirks>,
    cards_changed: Notify,
}

impl App {
    pub fn new(kit: Arc<Kit<State>>, options: FinupOptions) -> Self {
        Self {
            kit,
            quirks: Mutex::new(options.quirks.clone()),
            options,
            script: ScriptBoard::default(),
            cards_changed: Notify::new(),
        }
    }

    /// The quirks in force now.
    pub fn quirks(&self) -> Quirks {
        self.quirks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn set_quirks(&self, quirks: Quirks) {
        *self.quirks.lock().unwrap_or_else(PoisonError::into_inner) = quirks;
    }

    /// When something that starts now ends.
    pub fn settles_at(&self, now_ms: i64) -> i64 {
        let scripted = self.script.settle_ms();
        let millis = scripted.unwrap_or(self.options.settle_ms);
        now_ms.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    /// Changes the state and lets the task look again.
    pub fn change<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let written = self.kit.store.write(|state, _| change(state));
        self.cards_changed.notify_one();
        written.map_err(|_| Failure::Server)?
    }

    /// Moves cards on as they fall due. Never returns; the caller drops it at the end.
    pub async fn run_cards(self: Arc<Self>) {
        loop {
            let next = self.kit.store.read(|state, _| state.next_step_at());
            let now_ms = self.kit.clock.now_ms();
            if next.is_some_and(|at| at <= now_ms) {
                let quirks = self.quirks();
                let terms = Terms {
                    now_ms,
                    visible_at: now_ms,
                    fees: &self.options.fees,
                    quirks: &quirks,
                };
                // An unwritable state file is met again by the next call, which answers 500.
                let _ = self.kit.store.write(|state, _| state.step(&terms));
                continue;
            }
            tokio::select! {
                () = self.cards_changed.notified() => {}
                () = self.kit.clock.until(next.unwrap_or(i64::MAX)), if next.is_some() => {}
            }
        }
    }

    fn answer(&self, parts: &Parts, body: &[u8], quirks: &Quirks) -> Result<Json, Failure> {
        let injected = parts.extensions.get::<Injected>().copied();
        match injected {
            Some(Injected::RateLimit) => return Err(Failure::RateLimited),
            Some(Injected::ErrorBefore) => return Err(Failure::Server),
            Some(Injected::Refuse | Injected::ErrorAfter) | None => {}
        }
        let path = parts.uri.path();
        let call = route::find(&parts.method, path, quirks.base_path)
            .ok_or_else(|| Failure::NotFound(format!("Cannot {} {path}", parts.method)))?;
        let credentials = self.kit.store.read(|state, _| state.credentials.clone());
        auth::check(&parts.headers, &call, &credentials, quirks)?;
        let fields = fields(parts, body)?;
        if injected == Some(Injected::Refuse) {
            return self.refuse(&call, &fields, quirks);
        }
        let now_ms = self.kit.clock.now_ms();
        let hidden = parts.extensions.get::<Invisible>();
        let hidden = hidden.map_or(0, |Invisible(real)| self.kit.clock.emulated_ms(*real));
        let around = Around {
            now_ms,
            visible_at: now_ms.saturating_add(hidden),
            quirks,
        };
        let result = self.call(&call, &fields, around)?;
        match injected {
            Some(Injected::ErrorAfter) => Err(Failure::Server),
            Some(Injected::Refuse | Injected::RateLimit | Injected::ErrorBefore) | None => {
                Ok(result)
            }
        }
    }

    /// The provider's own refusal, unless the script words it: of a bulk call, that no card
    /// changed; of money and issuing, a business code; of the rest, 403.
    fn refuse(&self, call: &Call<'_>, fields: &Fields, quirks: &Quirks) -> Result<Json, Failure> {
        const WHY: &str = "Refused on purpose";
        if let Some(refusal) = self.script.refusal() {
            return Err(Failure::Scripted(refusal));
        }
        match call {
            Call::Bulk(_) => Ok(crate::wire::bulk(
                Vec::new(),
                fields.texts("card_ids")?.unwrap_or_default(),
                quirks,
            )),
            Call::Issue(_) => Err(Failure::Business(self.options.codes.issuing, WHY)),
            Call::Money(..) => Err(Failure::Business(self.options.codes.wrong_status, WHY)),
            Call::Accounts
            | Call::Account(_)
            | Call::Wallets(_)
            | Call::Bins(_)
            | Call::Payments(_)
            | Call::Cards(_)
            | Call::Card(_) => Err(Failure::Forbidden(WHY)),
        }
    }
}

/// The body's members; a GET has none. `Content-Type` is documented on POST and PATCH (D).
fn fields(parts: &Parts, body: &[u8]) -> Result<Fields, Failure> {
    if parts.method == Method::GET {
        return Fields::parse(b"{}");
    }
    let kind = parts.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        Fields::parse(body)
    } else {
        Err(Failure::invalid(
            "the content type must be application/json",
        ))
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    result: &'a Json,
}

/// Every provider call: any path, any method.
pub async fn dispatch(Shared(app): Shared<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // The gate in front has bounded the body.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let quirks = app.quirks();
    match app.answer(&parts, &body, &quirks) {
        Ok(result) => match serde_json::to_string(&Envelope { result: &result }) {
            Ok(body) => {
                let status = StatusCode::from_u16(quirks.success_status);
                let kind = Some("application/json; charset=utf-8");
                respond(status.unwrap_or(StatusCode::CREATED), kind, body)
            }
            Err(_) => refused(&Failure::Server, &quirks),
        },
        Err(failure) => refused(&failure, &quirks),
    }
}

fn refused(failure: &Failure, quirks: &Quirks) -> Response {
    let (kind, body) = failure.body(quirks.error_body);
    respond(failure.status(), kind, body)
}

fn respond(status: StatusCode, kind: Option<&'static str>, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Some(kind) = kind {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
