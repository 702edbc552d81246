//! The adapter against a scripted server: what it sends, and what it makes of the answers.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of these tests are tests too"
)]

mod changes;
mod finds;
mod moves;
mod reads;
mod secrets;
mod simulator;
mod support;
