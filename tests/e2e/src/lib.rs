//! The gateway as a black box: real processes, real HTTP, a provider's emulator, both databases.
//!
//! A [`World`] is one emulator (in the test's process), one database of its own and one gateway
//! process. Tests talk to the gateway through [`Api`] and look at what the provider has through
//! [`Emulator`].
//!
//! From the environment: `CARDMUX_TEST_POSTGRES` (a server to use instead of a private one), `CI`
//! (no PostgreSQL is a failure), `CRASH_RUNS` and `CRASH_SEED` (see `tests/crash`).
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test harness: what does not work ends the test, with its story"
)]

pub mod api;
pub mod database;
pub mod deciders;
pub mod emulator;
pub mod env;
pub mod gateway;
pub mod issuers;
pub mod people;
pub mod platform;
pub mod postgres;
pub mod setup;
pub mod traces;
pub mod wait;
pub mod world;

pub use api::{Answer, Api};
pub use database::Database;
pub use deciders::{Decider, Deciders, OWN_MONEY, Spender};
pub use emulator::{Emulator, State};
pub use gateway::Gateway;
pub use issuers::{Issuer, Issuers};
pub use setup::{Dialect, Setup};
pub use wait::{eventually, wait_until};
pub use world::World;
