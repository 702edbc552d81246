//! The least that could do the same work: what the gateway's figures are divided by.

pub mod capture;
pub mod decision;
mod notes;
pub mod pgbench;
pub mod plan;
pub mod server;
pub mod sqlite;
