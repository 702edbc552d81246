//! The adapter against a scripted server: what it sends, and what it makes of the answers.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of these tests are tests too"
)]

mod budgets;
mod changes;
mod customers;
mod feeds;
mod finhub;
mod secrets;
mod simulator;
mod support;
mod upstream;
