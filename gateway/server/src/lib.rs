//! cardmux: one API over many card issuers.
//!
//! The way of a request: [`http`] (shapes and extractors) → [`app`] (the story of each use case) →
//! [`operations`] (written down, done, settled) → [`providers`] (the guard and the adapters), with
//! [`store`] below all of them and [`worker`] finishing what a request could not.

pub mod app;
pub mod cli;
mod clock;
pub mod config;
pub mod http;
pub mod operations;
pub mod providers;
pub mod security;
pub mod server;
pub mod store;
mod telemetry;
pub mod worker;
