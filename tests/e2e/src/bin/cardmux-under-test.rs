//! The gateway's command line, with a failpoint that ends the process as a power cut would.
//!
//! `E2E_KILL_AT=<failpoint>[:<n>]` sends SIGKILL to this process at the n-th time the failpoint is
//! reached. The name does not begin with `CARDMUX_`, which the gateway would refuse as an unknown
//! key of its configuration.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::{Signal, getpid, kill_process};

fn main() -> ExitCode {
    if let Some(wanted) = cardmux_e2e::env::variable("E2E_KILL_AT")
        && let Err(problem) = arm(&wanted)
    {
        // Running on without the kill would make a crash test pass that tested nothing.
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr().lock(),
            format_args!("E2E_KILL_AT: {problem}\n"),
        );
        return ExitCode::FAILURE;
    }
    cardmux::cli::main()
}

fn arm(wanted: &str) -> Result<(), String> {
    let (point, nth) = wanted.split_once(':').unwrap_or((wanted, "1"));
    let nth: u32 = nth.parse().map_err(|_| format!("`{nth}` is no count"))?;
    let reached = AtomicU32::new(0);
    fail::cfg_callback(point, move || {
        if reached.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            // If it fails, the process lives on and the test says so.
            let _ = kill_process(getpid(), Signal::KILL);
        }
    })
}
