//! The FinCard adapter against its emulator, in both dialects.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::{Json, Router};
use cardmux_domain::operation::Reference;
use cardmux_domain::provider::Provider;
use cardmux_emulator_fincard::{Dialect, FincardOptions};
use cardmux_emulator_kit::{Options, Running};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::steps;
use crate::subject::{Call, Fault, Maker, SentWebhook, Subject, World};
use crate::trial::{Result, Stop};

/// From acceptance to the end of an order: long enough to be seen as "processing".
const ORDER_DELAY_MS: u64 = 30;
/// How long a fault keeps an answer or an order back.
const HELD_BACK_MS: u64 = 600;
/// Settings that are secrets, in either dialect.
const SECRETS: [&str; 3] = ["password", "api_key", "private_key"];

pub fn makers() -> Vec<Maker> {
    [
        ("fincard_finhub", Dialect::Finhub),
        ("fincard_upstream", Dialect::Upstream),
    ]
    .into_iter()
    .map(|(name, dialect)| Maker {
        name,
        open: Box::new(move || Box::pin(open(dialect))),
    })
    .collect()
}

async fn open(dialect: Dialect) -> Result<Subject> {
    let inbox = Inbox::open().await?;
    let folder = tempfile::tempdir()?;
    let state_file = folder.path().join("state.json");
    let options = Options {
        state_file: Some(state_file.clone()),
        webhook_url: Some(inbox.url.clone()),
        ..Options::default()
    };
    let fincard = FincardOptions {
        dialect,
        order_delay_ms: ORDER_DELAY_MS,
        ..FincardOptions::default()
    };
    let emulator = cardmux_emulator_fincard::start(options, fincard).await?;
    let provider = adapter(emulator.client_settings().clone())?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let world = FincardWorld {
        emulator,
        dialect,
        inbox,
        http,
        state_file,
        _folder: folder,
    };
    Ok(Subject {
        provider,
        world: Box::new(world),
    })
}

fn adapter(settings: Value) -> Result<Arc<dyn Provider>> {
    cardmux_provider_fincard::build(settings).map_err(|problems| {
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Stop::Broken(format!(
            "the emulator's settings are refused: {}",
            problems.join(", ")
        ))
    })
}

struct FincardWorld {
    emulator: Running,
    dialect: Dialect,
    inbox: Inbox,
    http: reqwest::Client,
    state_file: PathBuf,
    /// Removed with the trial.
    _folder: TempDir,
}

impl FincardWorld {
    fn path(&self, call: Call) -> &'static str {
        match (call, self.dialect) {
            (Call::Issue, Dialect::Finhub) => "/card/v2/openCard",
            (Call::Issue, Dialect::Upstream) => "/card/v2/createCard",
            (Call::Deposit, Dialect::Finhub | Dialect::Upstream) => "/card/deposit",
        }
    }

    /// Orders of a type under a reference that were not refused in the end.
    async fn orders(&self, reference: &Reference, kind: &str) -> Result<usize> {
        let url = format!("{}/_emulator/state", self.emulator.url());
        let state = self
            .http
            .get(url)
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await?;
        let state: Value = serde_json::from_slice(&state)?;
        let orders = state.get("orders").and_then(Value::as_array);
        let orders = orders.ok_or_else(|| steps::broken("the emulator's state has no orders"))?;
        let is = |order: &Value, field: &str, text: &str| {
            order.get(field).and_then(Value::as_str) == Some(text)
        };
        let made = orders.iter().filter(|order| {
            is(order, "merchantOrderNo", reference.as_str())
                && is(order, "type", kind)
                && !is(order, "status", "fail")
        });
        Ok(made.count())
    }
}

#[async_trait]
impl World for FincardWorld {
    async fn inject(&self, call: Call, fault: Fault) -> Result {
        let kind = match fault {
            Fault::Refusal => "refuse",
            Fault::DropBefore => "drop_before",
            Fault::DropAfter => "drop_after",
            Fault::ServerErrorBefore => "error_before",
            Fault::ServerErrorAfter => "error_after",
            Fault::GarbledAnswer => "truncate",
            Fault::LateAnswer => "delay",
            Fault::HiddenForAWhile => "invisible",
        };
        let script = json!({"faults": [{
            "path": self.path(call), "kind": kind, "times": 1, "millis": HELD_BACK_MS,
        }]});
        let url = format!("{}/_emulator/faults", self.emulator.url());
        self.http
            .put(url)
            .json(&script)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    async fn unreachable(&self) -> Result<Arc<dyn Provider>> {
        // A port that was free a moment ago; the listener is closed at the end of the line.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let mut settings = self.emulator.client_settings().clone();
        if let Some(settings) = settings.as_object_mut() {
            settings.insert(
                "base_url".to_owned(),
                json!(format!("http://127.0.0.1:{port}")),
            );
        }
        adapter(settings)
    }

    async fn cards_made_with(&self, reference: &Reference) -> Result<usize> {
        self.orders(reference, "create").await
    }

    async fn deposits_made_with(&self, reference: &Reference) -> Result<usize> {
        self.orders(reference, "deposit").await
    }

    async fn send_webhooks_twice(&self) -> Result {
        let url = format!("{}/_emulator/webhooks", self.emulator.url());
        let script = json!({"mode": "duplicate"});
        self.http
            .put(url)
            .json(&script)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    async fn webhooks(&self, reference: &Reference, count: usize) -> Result<Vec<SentWebhook>> {
        steps::arrived(|| {
            let mut about = self.inbox.about(reference);
            about.truncate(count);
            (about.len() == count).then_some(about)
        })
        .await
    }

    fn offline_type(&self) -> Option<&str> {
        Some("111099")
    }

    async fn canaries(&self) -> Result<Vec<String>> {
        let settings = self.emulator.client_settings();
        let secret = |key: &&str| {
            settings
                .get(*key)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let mut canaries: Vec<_> = SECRETS.iter().filter_map(secret).collect();
        // The session token is between adapter and emulator; in a log it would follow this word.
        canaries.push("Bearer ".to_owned());
        let state: Value = serde_json::from_slice(&std::fs::read(&self.state_file)?)?;
        let before = canaries.len();
        card_numbers(&state, &mut canaries);
        if canaries.len() == before {
            return Err(steps::broken(
                "the emulator's state file holds no card number",
            ));
        }
        Ok(canaries)
    }
}

/// The `number` of everything in the state file that has one of 16 digits.
fn card_numbers(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let number = fields.get("number").and_then(Value::as_str);
            found.extend(
                number
                    .filter(|number| number.len() == 16)
                    .map(str::to_owned),
            );
            fields.values().for_each(|value| card_numbers(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| card_numbers(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A receiver on this machine that keeps every webhook and acknowledges it.
struct Inbox {
    url: String,
    received: Arc<Mutex<Vec<SentWebhook>>>,
    /// Ends with the inbox.
    _server: JoinSet<std::io::Result<()>>,
}

impl Inbox {
    async fn open() -> Result<Self> {
        let received = Arc::<Mutex<Vec<SentWebhook>>>::default();
        let kept = Arc::clone(&received);
        let app = Router::new().fallback(async move |headers: HeaderMap, body: Bytes| {
            let headers = headers.iter().filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            });
            let sent = SentWebhook {
                headers: headers.collect(),
                body: body.to_vec(),
            };
            kept.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(sent);
            // FinCard's acknowledgement, documented for both dialects.
            Json(json!({"success": true, "code": 200, "msg": null, "data": null}))
        });
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

    fn about(&self, reference: &Reference) -> Vec<SentWebhook> {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        let about = |sent: &&SentWebhook| {
            let body = serde_json::from_slice::<Value>(&sent.body).unwrap_or_default();
            body.get("merchantOrderNo").and_then(Value::as_str) == Some(reference.as_str())
        };
        received.iter().filter(about).cloned().collect()
    }
}
