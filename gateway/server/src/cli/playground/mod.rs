//! `cardmux playground`: everything in one process and one directory.

pub(super) mod emulators;
mod greeting;
mod keep;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{CliError, ConfigArgs, load, told_to_stop};
use crate::app::catalogue;
use crate::config::Settings;
use crate::reload::Start;
use crate::server::Gateway;
use crate::telemetry;

/// The tenant of a playground without a configuration of its own.
const TENANT: &str = "demo";

#[derive(Args)]
pub(super) struct Playground {
    /// Try a configuration: its tenants, rules and instances, with emulators in place of the issuers
    #[arg(long, short)]
    config: Option<PathBuf>,
    /// Where everything is kept; the same directory continues where it stopped
    #[arg(long, default_value = ".cardmux/playground")]
    data_dir: PathBuf,
    /// Address and port
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Print one JSON object instead of a text for people
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Playground) -> Result<(), CliError> {
    let config = ConfigArgs {
        config: args.config.clone(),
    };
    let sources = config.sources(overrides(&args));
    let settings = load(sources.clone())?;
    let logs = telemetry::start(&settings.logging);
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(CliError::io(format!(
            "cannot listen on {} (hint: `--listen 127.0.0.1:0` takes a free port)",
            args.listen
        )))?;
    let address = listener.local_addr().map_err(CliError::io("no address"))?;
    let (emulated, emulators) = match args.config {
        Some(_) => emulators::start_all(&settings, address).await?,
        None => emulators::start(&settings, address).await?,
    };
    let start = Start {
        sources,
        emulated,
        logs,
    };
    let gateway = Gateway::build(settings, start).await?;
    let app = gateway.app();
    let settings = &app.in_force.settings;
    let keys = keep::keys(settings, &app).await?;
    // So that the printed lines work at once; the worker does it again, from time to time.
    for instance in app.registry.iter() {
        catalogue::sync(&app, instance).await?;
    }
    let greeting = greeting::Greeting::new(&app, settings, address, keys, &emulators).await?;
    greeting.print(args.json)?;
    // Without SIGHUP, which a terminal sends that is closed: the playground is to end with it.
    gateway.serve(listener, None, told_to_stop()).await?;
    emulators::stop(emulators).await;
    Ok(())
}

/// The playground is ordinary configuration: what an operator would write into a file.
fn overrides(args: &Playground) -> Value {
    let mut layer = own_place(&args.data_dir);
    if let (None, Some(layer), Value::Object(demo)) = (&args.config, layer.as_object_mut(), demo())
    {
        layer.extend(demo);
    }
    layer
}

/// What is the playground's own whatever it shows: everything in one directory, and quick.
pub(super) fn own_place(data_dir: &Path) -> Value {
    let url = format!("sqlite://{}/cardmux.db", data_dir.display());
    let mut layer = json!({
        "data": { "dir": data_dir },
        "database": { "url": url },
        // The emulators list at once what they received: nobody at the playground has to wait two
        // minutes to see an operation recover, or for the next reading where no webhook comes.
        "worker": { "transactions_interval_ms": 2000 },
    });
    // A person at the playground wants to see the greeting, not the log; CARDMUX_LOGGING__FILTER
    // still has a say.
    if std::env::vars_os().all(|(name, _)| name != "CARDMUX_LOGGING__FILTER")
        && let Some(layer) = layer.as_object_mut()
    {
        layer.insert("logging".to_owned(), json!({ "filter": "warn" }));
    }
    layer
}

/// Four issuers, and a tenant whose rules show what routing does.
fn demo() -> Value {
    json!({
        "providers": {
            "fincard_demo": {
                "kind": "fincard",
                "mode": "playground",
                "settings": { "settle_seconds": 2 },
            },
            "finup_demo": {
                "kind": "finup",
                "mode": "playground",
                "settings": { "settle_ms": 2000, "poll_fastest_ms": 500, "poll_slowest_ms": 10_000 },
            },
            "bfinance_demo": {
                "kind": "bfinance",
                "mode": "playground",
                // Nothing signs its webhooks: the emulator's address is all there is.
                "webhook_networks": ["127.0.0.0/8", "::1/128"],
                "settings": { "settle_ms": 2000, "poll_fastest_ms": 500, "poll_slowest_ms": 10_000 },
            },
            "finci_demo": {
                "kind": "finci",
                "mode": "playground",
                // As with bfinance.
                "webhook_networks": ["127.0.0.0/8", "::1/128"],
                // A company's second employee needs its id, which no call gives otherwise.
                "settings": { "emulator": { "quirks": { "duplicateShowsId": true } } },
            },
        },
        "tenants": { TENANT: {
            "display_name": "Demo",
            "instances": ["fincard_demo", "finup_demo", "bfinance_demo", "finci_demo"],
            // Emulated card numbers are nobody's: a terminal can show them.
            "clear_reveal": true,
            "routes": [
                {
                    "name": "prepaid in dollars",
                    "when": { "model": ["card"], "currency": ["USD"] },
                    "choose": [
                        { "instance": "fincard_demo", "weight": 70 },
                        { "instance": "finup_demo", "weight": 30 },
                    ],
                    "fallback": ["bfinance_demo"],
                },
                {
                    "name": "anything else",
                    "fallback": ["fincard_demo", "finci_demo", "bfinance_demo", "finup_demo"],
                },
            ],
        } },
    })
}

/// A configured path below the data directory.
fn kept(settings: &Settings, name: &str) -> PathBuf {
    settings.data.dir.join(name)
}
