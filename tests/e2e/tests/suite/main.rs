//! The gateway as its users see it, on both databases.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests: the bodies are functions that both databases' tests call"
)]

use cardmux_e2e::Setup;

mod bad_body;
mod bad_caller;
mod bad_edge;
mod bad_size;
mod canary;
mod case;
mod change;
mod idempotency;
mod life;
mod list;
mod outcome;
mod process;
mod provider_down;
mod webhook;

fn setup() -> Setup {
    Setup::new(env!("CARGO_BIN_EXE_cardmux-under-test"))
}
