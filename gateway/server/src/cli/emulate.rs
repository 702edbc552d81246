use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use cardmux_emulator_kit::Options;
use clap::Args;
use serde_json::json;

use super::{CliError, say, told_to_stop};
use crate::providers::{self, emulated_kinds};

#[derive(Args)]
pub(super) struct Emulate {
    /// Provider kind: `fincard`
    kind: String,
    /// Port on the loopback interface; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Keep the state here across restarts
    #[arg(long)]
    state_file: Option<PathBuf>,
    /// Where webhooks are delivered
    #[arg(long)]
    webhook_url: Option<String>,
    /// How many times faster than the provider's documented clock
    #[arg(long, default_value_t = 1.0)]
    time_scale: f64,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The wire dialect the printed client settings are for, where the provider has several
    #[arg(long)]
    dialect: Option<String>,
}

/// Prints one JSON object: the URL and the settings a client needs, its credentials included.
pub(super) async fn run(args: Emulate) -> Result<(), CliError> {
    let options = Options {
        listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), args.port),
        state_file: args.state_file,
        webhook_url: args.webhook_url,
        time_scale: args.time_scale,
        seed: args.seed,
    };
    let settings = json!({ "dialect": args.dialect });
    let running = providers::emulate(&args.kind, options, &settings)
        .await
        .ok_or_else(|| {
            let known = emulated_kinds().join(", ");
            CliError::Usage(format!(
                "there is no emulator of `{}`\nhint: there are emulators of {known}",
                args.kind
            ))
        })??;
    say(&json!({ "url": running.url(), "clientSettings": running.client_settings() }).to_string())?;
    told_to_stop().await;
    running.shutdown().await;
    Ok(())
}
