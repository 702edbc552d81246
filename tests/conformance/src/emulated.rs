//! What subjects with an emulator share: its control routes, its books, and an inbox for webhooks.

use std::future::Future;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::{Json, Router};
use cardmux_domain::provider::Provider;
use cardmux_emulator_kit::{EmulatorError, Options, Running};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::steps;
use crate::subject::{Fault, SentWebhook};
use crate::trial::{Result, Stop};

/// How long a fault keeps an answer or a change back.
const HELD_BACK_MS: u64 = 600;

/// A running emulator and the test's hand on it.
pub struct Emulator {
    running: Running,
    http: reqwest::Client,
    state_file: PathBuf,
    pub inbox: Inbox,
    /// Removed with the trial.
    _folder: TempDir,
}

impl Emulator {
    /// Starts one that keeps its books in a file and sends its webhooks to an inbox, which answers
    /// them in the provider's words for "received".
    pub async fn start<F>(start: impl FnOnce(Options) -> F, received: Value) -> Result<Self>
    where
        F: Future<Output = std::result::Result<Running, EmulatorError>>,
    {
        let inbox = Inbox::open(received).await?;
        let folder = tempfile::tempdir()?;
        let state_file = folder.path().join("state.json");
        let options = Options {
            state_file: Some(state_file.clone()),
            webhook_url: Some(inbox.url.clone()),
            ..Options::default()
        };
        Ok(Self {
            running: start(options).await?,
            http: reqwest::Client::builder().no_proxy().build()?,
            state_file,
            inbox,
            _folder: folder,
        })
    }

    /// Settings of the adapter: the emulator's own, and then these.
    pub fn settings(&self, more: &Value) -> Value {
        let mut settings = self.running.client_settings().clone();
        if let (Some(settings), Some(more)) = (settings.as_object_mut(), more.as_object()) {
            settings.extend(more.clone());
        }
        settings
    }

    /// The same, but for the address: nothing listens there.
    pub fn settings_of_nobody(&self, more: &Value) -> Result<Value> {
        // A port that was free a moment ago; the listener is closed at the end of the line.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let mut settings = self.settings(more);
        if let Some(settings) = settings.as_object_mut() {
            let url = format!("http://127.0.0.1:{port}");
            settings.insert("base_url".to_owned(), json!(url));
        }
        Ok(settings)
    }

    /// The next call to this path, or one that ends like it, goes wrong.
    pub async fn inject(&self, path: &str, fault: Fault) -> Result {
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
        let rule = json!({"path": path, "kind": kind, "times": 1, "millis": HELD_BACK_MS});
        self.put("faults", &json!({"faults": [rule]})).await
    }

    /// Each webhook comes once more after it was acknowledged.
    pub async fn send_webhooks_twice(&self) -> Result {
        self.put("webhooks", &json!({"mode": "duplicate"})).await
    }

    fn control(&self, route: &str) -> String {
        format!("{}/_emulator/{route}", self.running.url())
    }

    pub async fn put(&self, route: &str, body: &Value) -> Result {
        let sent = self.http.put(self.control(route)).json(body).send().await?;
        sent.error_for_status()?;
        Ok(())
    }

    pub async fn get(&self, route: &str) -> Result<Value> {
        let answer = self.http.get(self.control(route)).send().await?;
        let answer = answer.error_for_status()?.bytes().await?;
        Ok(serde_json::from_slice(&answer)?)
    }

    /// All it shows of its state, without secrets.
    pub async fn state(&self) -> Result<Value> {
        self.get("state").await
    }

    /// All it remembers, secrets included.
    pub fn books(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&std::fs::read(&self.state_file)?)?)
    }

    /// Settings that are secrets, and every card number in the books.
    pub fn canaries(&self, secrets: &[&str]) -> Result<Vec<String>> {
        let settings = self.running.client_settings();
        let secret = |key: &&str| settings.get(*key).and_then(Value::as_str);
        let mut canaries: Vec<_> = secrets.iter().filter_map(secret).collect();
        let books = self.books()?;
        let before = canaries.len();
        card_numbers(&books, &mut canaries);
        if canaries.len() == before {
            let problem = "the emulator's state file holds no card number";
            return Err(steps::broken(problem));
        }
        Ok(canaries.into_iter().map(str::to_owned).collect())
    }
}

/// The adapter, or what is wrong with its settings.
pub fn adapter<E: std::fmt::Display>(
    built: std::result::Result<Arc<dyn Provider>, Vec<E>>,
) -> Result<Arc<dyn Provider>> {
    built.map_err(|problems| {
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        let problems = problems.join(", ");
        Stop::Broken(format!("the emulator's settings are refused: {problems}"))
    })
}

/// How many entries of a list are as wanted; the list may lie in envelopes.
pub fn count(books: &Value, list: &str, wanted: impl Fn(&Value) -> bool) -> Result<usize> {
    let entries = find(books, list);
    // As it is, or as the rows of a table.
    let entries = entries.and_then(|list| list.get("rows").unwrap_or(list).as_array());
    let entries =
        entries.ok_or_else(|| steps::broken(format!("the emulator's state has no {list}")))?;
    Ok(entries.iter().filter(|entry| wanted(entry)).count())
}

pub fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field).and_then(Value::as_str)
}

/// An amount, as text or number.
pub fn amount(value: &Value, field: &str) -> Option<cardmux_domain::money::Decimal> {
    let value = value.get(field)?;
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    cardmux_domain::money::parse_amount(&text).ok()
}

/// The field of that name nearest to the root.
fn find<'a>(value: &'a Value, field: &str) -> Option<&'a Value> {
    let fields = value.as_object()?;
    let inner = || fields.values().find_map(|value| find(value, field));
    fields.get(field).or_else(inner)
}

/// Every text of 16 digits.
fn card_numbers<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| card_numbers(value, found)),
        Value::Array(items) => items.iter().for_each(|value| card_numbers(value, found)),
        Value::String(text) => {
            let number = text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit());
            found.extend(number.then_some(text.as_str()));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A receiver on this machine that keeps every webhook and acknowledges it.
pub struct Inbox {
    url: String,
    received: Arc<Mutex<Vec<SentWebhook>>>,
    /// Ends with the inbox.
    _server: JoinSet<std::io::Result<()>>,
}

impl Inbox {
    async fn open(acknowledgement: Value) -> Result<Self> {
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
            Json(acknowledgement)
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
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        let about = |sent: &&SentWebhook| {
            let body = serde_json::from_slice::<Value>(&sent.body).unwrap_or_default();
            names(&body, fields, wanted)
        };
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
