use std::net::SocketAddr;

use clap::Args;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use super::playground::emulators;
use super::{CliError, ConfigArgs, load, told_to_stop};
use crate::reload::Start;
use crate::server::Gateway;
use crate::telemetry;

#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: ConfigArgs,
    /// Address and port, in place of `server.listen`
    #[arg(long)]
    listen: Option<SocketAddr>,
}

pub(super) async fn run(args: Serve) -> Result<(), CliError> {
    // From here on; before, it would end the process.
    let hangups = signal(SignalKind::hangup()).map_err(CliError::io("cannot take SIGHUP"))?;
    let overrides = json!({ "server": { "listen": args.listen } });
    let sources = args.config.sources(overrides);
    let settings = load(sources.clone())?;
    let logs = telemetry::start(&settings.logging);
    let listen = settings.server.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(CliError::io(format!("cannot listen on {listen}")))?;
    let address = listener.local_addr().map_err(CliError::io("no address"))?;
    let (emulated, emulators) = emulators::start(&settings, address).await?;
    let start = Start {
        sources,
        emulated,
        logs,
    };
    let gateway = Gateway::build(settings, start).await?;
    info!(%address, "serving");
    gateway
        .serve(listener, Some(hangups), told_to_stop())
        .await?;
    emulators::stop(emulators).await;
    Ok(())
}
