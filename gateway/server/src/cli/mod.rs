//! The command line. What a command prints goes to standard output; logs go to standard error.

mod cards;
mod check_config;
mod config;
mod emulate;
mod keys;
mod ledger;
mod migrate;
mod openapi;
mod playground;
mod serve;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use serde_json::Value;

use crate::config::{ConfigProblems, Settings, Sources, environment};
use crate::providers::kind_names;
use crate::server::StartError;

/// One API over many card issuers.
#[derive(Parser)]
#[command(name = "cardmux", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API
    Serve(serve::Serve),
    /// Try it: the gateway with emulated providers and a demo tenant, nothing to set up
    Playground(playground::Playground),
    /// Issue cards at a running gateway
    #[command(subcommand)]
    Cards(cards::Cards),
    /// Bring the database up to date
    Migrate(ConfigArgs),
    /// Make, list, rotate and revoke API keys
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Look after the ledger of budgets
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Print the OpenAPI document
    Openapi,
    /// Check the configuration and print what is in force
    CheckConfig(ConfigArgs),
    /// Compare configurations
    #[command(subcommand)]
    Config(config::Config),
    /// Run a provider's emulator by itself
    Emulate(emulate::Emulate),
}

/// Where configuration comes from, beside `CARDMUX_*` variables.
#[derive(Args)]
struct ConfigArgs {
    /// Configuration file (TOML)
    #[arg(long, short, env = "CARDMUX_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigArgs {
    fn load(self, overrides: Value) -> Result<Settings, CliError> {
        load(self.sources(overrides))
    }

    fn sources(self, overrides: Value) -> Sources {
        let mut environment = environment();
        // Of the command line, and of `cardmux cards`.
        environment.retain(|(name, _)| name != "CARDMUX_CONFIG" && name != "CARDMUX_API_KEY");
        Sources {
            file: self.config,
            environment,
            overrides,
        }
    }
}

fn load(sources: Sources) -> Result<Settings, CliError> {
    Ok(Settings::load(sources, &kind_names())?)
}

/// Why a command failed; printed, with exit code 1.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigProblems),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    App(#[from] crate::app::AppError),
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    #[error("emulator: {0}")]
    Emulator(#[from] cardmux_emulator_kit::EmulatorError),
    #[error("{0}")]
    Usage(String),
    #[error("{what}")]
    Io {
        what: String,
        source: std::io::Error,
    },
}

impl CliError {
    fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }
}

/// Run the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // Fails only when a provider is installed already, which is what is wanted.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return report(&error),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

async fn run(command: Command) -> Result<(), CliError> {
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Playground(args) => playground::run(args).await,
        Command::Cards(args) => cards::run(args).await,
        Command::Migrate(args) => migrate::run(args).await,
        Command::Keys(args) => keys::run(args).await,
        Command::Ledger(args) => ledger::run(args).await,
        Command::Openapi => openapi::run(),
        Command::CheckConfig(args) => check_config::run(args),
        Command::Config(command) => config::run(command).await,
        Command::Emulate(args) => emulate::run(args).await,
    }
}

fn report(error: &dyn std::error::Error) -> ExitCode {
    let mut text = format!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n  because: {cause}"));
        source = cause.source();
    }
    // Nowhere is left to complain to if standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
    ExitCode::FAILURE
}

/// Print to standard output.
fn say(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(CliError::io("cannot print"))
}

/// Ends when the process is asked to stop: Ctrl-C or SIGTERM.
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            futures::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => futures::future::pending::<()>().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
