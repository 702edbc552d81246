//! What the gateway costs beside the least that could do the same work, measured in one run on one
//! machine: `README.md` says what is compared with what and how to read it.
//!
//! The load comes from this process. The gateway and the floors it is compared with over HTTP are
//! processes of their own, made of this same executable: `serve` and `keys` are the gateway's own
//! command line, `floor` is the bare server.

mod api;
mod args;
mod benches;
mod database;
mod floor;
mod load;
mod process;
mod report;
mod stats;
mod stock;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

/// A bench that cannot go on says why and ends.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let role = std::env::args().nth(1);
    match role.as_deref() {
        Some("serve" | "keys") => cardmux::cli::main(),
        Some("floor") => finish(floor::server::main()),
        Some(_) | None => finish(run()),
    }
}

/// The load client has one thread: it leaves the rest of the machine to what it measures.
fn run() -> Result<()> {
    let args = args::Args::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(benches::run(&args.plan()))
}

fn finish(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nowhere is left to complain to if standard error is gone.
            let _ = writeln!(std::io::stderr().lock(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
