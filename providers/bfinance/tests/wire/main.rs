//! The adapter against a scripted server: what it sends, and what it makes of the answers.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of these tests are tests too"
)]

mod changes;
mod customers;
mod disputes;
mod found;
mod issuing;
mod lists;
mod physical;
mod reading;
mod secrets;
mod simulator;
mod support;
