//! Logs, to standard error: text for a person at a terminal, JSON lines otherwise.

use std::io::IsTerminal as _;

use tracing::warn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, fmt, reload};

use crate::config::{LogFormat, Logging};

/// What is being logged.
pub struct Logs(reload::Handle<EnvFilter, Registry>);

/// Begin logging. A second call changes nothing.
pub fn start(logging: &Logging) -> Logs {
    let (filter, handle) = reload::Layer::new(filter(logging));
    let json = match logging.format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match json {
        true => lines.json().flatten_event(true).boxed(),
        false => lines.boxed(),
    };
    let started = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init();
    // Already started: only tests do that, and they keep the first one.
    drop(started);
    Logs(handle)
}

impl Logs {
    /// Log by another filter from now on.
    pub fn filter(&self, logging: &Logging) {
        if let Err(error) = self.0.reload(filter(logging)) {
            warn!("the log filter stays: {error}");
        }
    }
}

fn filter(logging: &Logging) -> EnvFilter {
    // Checked when the configuration was loaded.
    EnvFilter::try_new(&logging.filter).unwrap_or_else(|_| EnvFilter::new("info"))
}
