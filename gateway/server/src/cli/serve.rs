use std::net::SocketAddr;

use clap::Args;
use serde_json::json;
use tokio::net::TcpListener;
use tracing::info;

use super::playground::emulators;
use super::{CliError, ConfigArgs, told_to_stop};
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
    let settings = args
        .config
        .load(json!({ "server": { "listen": args.listen } }))?;
    telemetry::start(&settings.logging);
    let listen = settings.server.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(CliError::io(format!("cannot listen on {listen}")))?;
    let address = listener.local_addr().map_err(CliError::io("no address"))?;
    let (providers, emulators) = emulators::start(&settings, address).await?;
    let gateway = Gateway::build(&settings, &providers).await?;
    info!(%address, "serving");
    gateway.serve(listener, told_to_stop()).await?;
    emulators::stop(emulators).await;
    Ok(())
}
