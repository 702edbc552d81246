//! `cardmux playground`: everything in one process and one directory.

pub(super) mod emulators;
mod greeting;
mod keep;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{CliError, ConfigArgs, told_to_stop};
use crate::app::catalogue;
use crate::config::Settings;
use crate::server::Gateway;
use crate::telemetry;

/// The one tenant of the playground.
const TENANT: &str = "demo";

#[derive(Args)]
pub(super) struct Playground {
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
    let config = ConfigArgs { config: None };
    let settings = config.load(overrides(&args))?;
    telemetry::start(&settings.logging);
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(CliError::io(format!(
            "cannot listen on {} (hint: `--listen 127.0.0.1:0` takes a free port)",
            args.listen
        )))?;
    let address = listener.local_addr().map_err(CliError::io("no address"))?;
    let (providers, emulators) = emulators::start(&settings, address).await?;
    let gateway = Gateway::build(&settings, &providers).await?;
    let keys = keep::keys(&settings, &gateway.app, TENANT).await?;
    // So that the printed lines work at once; the worker does it again, from time to time.
    for instance in gateway.app.registry.iter() {
        catalogue::sync(&gateway.app, instance).await?;
    }
    let greeting =
        greeting::Greeting::new(&gateway.app, &settings, address, keys, &emulators).await?;
    greeting.print(args.json)?;
    gateway.serve(listener, told_to_stop()).await?;
    emulators::stop(emulators).await;
    Ok(())
}

/// The playground is ordinary configuration: what an operator would write into a file.
fn overrides(args: &Playground) -> Value {
    let dir = args.data_dir.display();
    let mut layer = json!({
        "data": { "dir": args.data_dir },
        "database": { "url": format!("sqlite://{dir}/cardmux.db") },
        // The emulators list at once what they received: nobody at the playground has to wait two
        // minutes to see an operation recover, or for the next reading where no webhook comes.
        "worker": { "transactions_interval_ms": 2000 },
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
        } },
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

/// A configured path below the data directory.
fn kept(settings: &Settings, name: &str) -> PathBuf {
    settings.data.dir.join(name)
}
