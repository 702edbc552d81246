//! The gateway as its users see it, on both databases.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests: the bodies are functions that both databases' tests call"
)]

use cardmux_e2e::Setup;

mod backtest;
mod bad_body;
mod bad_caller;
mod bad_edge;
mod bad_size;
mod batch;
mod batch_cli;
mod batch_killed;
mod bfinance;
mod canary;
mod card_book;
mod case;
mod challenges;
mod change;
mod deciding;
mod decision_deadline;
mod decision_model;
mod disorder;
mod dispute;
mod documents;
mod enrolment;
mod events;
mod field_rules;
mod flow_gift;
mod flow_physical;
mod flow_shared;
mod flow_virtual;
mod idempotency;
mod isolation;
mod jose;
mod ledger_budget;
mod life;
mod list;
mod memory;
mod operators;
mod outcome;
mod personal_data;
mod platform;
mod process;
mod provider_down;
mod rate_limit;
mod reload;
mod reveal;
mod routed;
mod routing_excluded;
mod routing_fallback;
mod routing_killed;
mod routing_plan;
mod routing_split;
mod seed_table;
mod simulate;
mod spend_controls;
mod spend_rules;
mod spending;
mod transactions;
mod webhook;

fn setup() -> Setup {
    Setup::new(env!("CARGO_BIN_EXE_cardmux-under-test"))
}
