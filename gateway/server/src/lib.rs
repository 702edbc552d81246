//! cardmux: one API over many card issuers.
//!
//! The way of a request: [`http`] (shapes and extractors) → [`app`] (the story of each use case) →
//! [`operations`] (written down, done, settled) → [`providers`] (the guard and the adapters), with
//! [`store`] below all of them and [`worker`] finishing what a request could not.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

pub mod app;
pub mod cli;
mod clock;
pub mod config;
mod decisions;
mod generation;
pub mod http;
mod live;
pub mod operations;
mod profile;
pub mod providers;
mod reload;
pub mod routing;
pub mod security;
pub mod server;
pub mod store;
mod telemetry;
pub mod worker;

/// What is given back to the system is wiped first. Card numbers pass through buffers of libraries
/// (HTTP, TLS, JSON) that do not do so themselves.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);
