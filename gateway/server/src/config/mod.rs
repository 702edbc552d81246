//! Configuration: read once, checked whole, then plain typed data.
//!
//! Layers, later over earlier: `config/default.toml` (embedded), one TOML file, `CARDMUX_*`
//! environment variables, overrides of the command line. Nothing else in the crate reads the
//! environment or a configuration file.

mod api;
mod changes;
mod check;
mod data;
mod database;
mod decisions;
mod env;
mod fields;
mod idempotency;
mod layers;
mod load;
mod logging;
mod operations;
mod problems;
mod providers;
mod rate_limit;
mod routes;
mod secret;
mod security;
mod server;
mod table;
mod tenants;
mod worker;

use std::collections::BTreeMap;

use cardmux_domain::id::{InstanceId, TenantId};
use serde::Serialize;

pub use api::Api;
pub use data::Data;
pub use database::Database;
pub use decisions::{Decisions, StandIn, TenantDecisions};
pub use env::{environment, secret_variable};
pub use idempotency::Idempotency;
pub use load::Sources;
pub use logging::{LogFormat, Logging};
pub use operations::Operations;
pub use problems::{ConfigProblems, Finding, Origin, Problem};
pub use providers::{Mode, PluginSettings, ProviderSettings};
pub use rate_limit::RateLimit;
pub use routes::{Arm, Prefer, Route, When};
pub use security::Security;
pub use server::Server;
pub use tenants::TenantSettings;
pub use worker::Worker;

/// What is in force. Every bound has been checked; secrets given as files have been read.
#[derive(Serialize)]
pub struct Settings {
    pub server: Server,
    pub data: Data,
    pub database: Database,
    pub security: Security,
    pub logging: Logging,
    pub api: Api,
    pub idempotency: Idempotency,
    pub operations: Operations,
    pub decisions: Decisions,
    pub worker: Worker,
    #[serde(serialize_with = "fields::text_keys")]
    pub providers: BTreeMap<InstanceId, ProviderSettings>,
    #[serde(serialize_with = "fields::text_keys")]
    pub tenants: BTreeMap<TenantId, TenantSettings>,
}

impl Settings {
    /// What is in force as TOML, defaults included, secrets as `***`.
    pub fn masked_toml(&self) -> String {
        // By way of a table: it puts plain keys before sub-tables, as TOML needs.
        toml::Table::try_from(self)
            .and_then(|table| toml::to_string(&table))
            .unwrap_or_else(|error| format!("# the configuration cannot be shown: {error}\n"))
    }
}

/// The masked form: a configuration that ends up in a log or a failed assertion gives nothing away.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked_toml())
    }
}
