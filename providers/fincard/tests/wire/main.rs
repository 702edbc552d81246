//! The adapter against a scripted server: what it sends, and what it makes of the answers.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of these tests are tests too"
)]

mod finhub;
mod support;
mod upstream;
