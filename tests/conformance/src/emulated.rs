//! What subjects with an emulator share: its control routes and its books.

use std::future::Future;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use cardmux_domain::provider::Provider;
use cardmux_emulator_kit::{EmulatorError, Options, Running};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::inbox::Inbox;
use crate::steps;
use crate::subject::Fault;
use crate::trial::{Result, Stop};

/// How long a fault keeps an answer or a change back: longer than a busy machine takes to give up
/// waiting, or to look once.
const HELD_BACK_MS: u64 = 5_000;

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
        self.script(json!({"path": path}), fault).await
    }

    /// The next call goes wrong, whatever it is.
    pub async fn inject_next(&self, fault: Fault) -> Result {
        self.script(json!({}), fault).await
    }

    async fn script(&self, mut rule: Value, fault: Fault) -> Result {
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
        if let Some(rule) = rule.as_object_mut() {
            let how = [("times", json!(1)), ("millis", json!(HELD_BACK_MS))];
            rule.insert("kind".to_owned(), json!(kind));
            rule.extend(how.map(|(name, value)| (name.to_owned(), value)));
        }
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

    /// Something happens in the provider's world.
    pub async fn post(&self, route: &str) -> Result {
        let sent = self.http.post(self.control(route)).send().await?;
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

    /// Settings that are secrets.
    pub fn secrets(&self, keys: &[&str]) -> Vec<String> {
        let settings = self.running.client_settings();
        let secret = |key: &&str| settings.get(*key).and_then(Value::as_str);
        let secrets = keys.iter().filter_map(secret);
        secrets.map(str::to_owned).collect()
    }

    /// Settings that are secrets, and every card number in the books.
    pub fn canaries(&self, secrets: &[&str]) -> Result<Vec<String>> {
        let books = self.books()?;
        let mut numbers = Vec::new();
        card_numbers(&books, &mut numbers);
        if numbers.is_empty() {
            let problem = "the emulator's state file holds no card number";
            return Err(steps::broken(problem));
        }
        let mut canaries = self.secrets(secrets);
        canaries.extend(numbers.into_iter().map(str::to_owned));
        Ok(canaries)
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
