//! The adapter against a scripted server: what it sends, and what it makes of the answers.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the helpers of these tests are tests too"
)]

mod changes;
mod customers;
mod found;
mod issuing;
mod reading;
mod secrets;
mod signing;
mod simulator;
mod support;
