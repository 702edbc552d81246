//! Everything one test needs: a provider, a database, a gateway, an API key.

use std::process::ExitStatus;

use serde_json::Value;
use tempfile::TempDir;

use crate::api::Api;
use crate::database::Database;
use crate::emulator::Emulator;
use crate::gateway::{Gateway, Installation};
use crate::setup::{ACME, INSTANCE, Setup};
use crate::wait::eventually;

pub struct World {
    // In the order of dropping: the gateway ends before its database and its files go.
    pub gateway: Gateway,
    pub emulator: Emulator,
    pub database: Database,
    pub installation: Installation,
    /// The tenant `acme` with all scopes.
    pub acme: Api,
    /// Card types without requirements: 111001 in USD, 111002 in EUR.
    pub usd_type: String,
    pub eur_type: String,
    _dir: TempDir,
}

impl World {
    pub async fn start(database: Database, setup: Setup) -> Self {
        Self::start_to_die(database, setup, None).await
    }

    /// The same, with a gateway armed to die at a failpoint (`name` or `name:n`).
    pub async fn start_to_die(database: Database, setup: Setup, kill_at: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let state_file = dir.path().join("emulator.json");
        let mut emulator = Emulator::start(&setup, setup.emulator_file.then_some(state_file)).await;
        let installation = Installation {
            program: setup.program.clone(),
            config: dir.path().join("cardmux.toml"),
            log: dir.path().join("gateway.log"),
        };
        let config = setup.config(dir.path(), database.url(), emulator.client_settings());
        std::fs::write(&installation.config, config).unwrap();
        let key = installation
            .run(&["keys", "create", "--tenant", ACME])
            .await;
        let gateway = Gateway::serve(&installation, kill_at).await;
        emulator.send_webhooks_to(webhook_url(&gateway));
        let acme = Api::new(gateway.url(), key);
        let usd_type = card_type(&acme, "111001").await;
        let eur_type = card_type(&acme, "111002").await;
        Self {
            gateway,
            emulator,
            database,
            installation,
            acme,
            usd_type,
            eur_type,
            _dir: dir,
        }
    }

    /// An API key of a tenant; all scopes when none is named.
    pub async fn key(&self, tenant: &str, scopes: &[&str]) -> Api {
        let mut arguments = vec!["keys", "create", "--tenant", tenant];
        for scope in scopes {
            arguments.extend(["--scope", scope]);
        }
        Api::new(self.gateway.url(), self.installation.run(&arguments).await)
    }

    /// The tenant `acme` with the scope that shows card numbers besides all others.
    pub async fn revealer(&self) -> Api {
        let scopes = [
            "cards:read",
            "cards:write",
            "cards:reveal",
            "funds:write",
            "customers:read",
            "customers:write",
            "events:read",
        ];
        self.key(ACME, &scopes).await
    }

    /// Our id of a card type of the provider's.
    pub async fn type_id(&self, provider_ref: &str) -> String {
        card_type(&self.acme, provider_ref).await
    }

    /// Revoke a key, as the operator does: with another process.
    pub async fn revoke(&self, tenant: &str, api: &Api) {
        let text = api.key().trim_start_matches("cmx_");
        let id = format!("key_{}", text.split('_').next().unwrap());
        self.installation
            .run(&["keys", "revoke", "--tenant", tenant, &id])
            .await;
    }

    /// A new process over the same database, once the old one is gone.
    pub async fn restart(&mut self) {
        self.restart_to_die(None).await;
    }

    /// The same, armed to die at a failpoint.
    pub async fn restart_to_die(&mut self, kill_at: Option<&str>) {
        self.gateway.kill();
        self.gateway = Gateway::serve(&self.installation, kill_at).await;
        self.emulator.send_webhooks_to(webhook_url(&self.gateway));
        self.acme = self.acme.at(self.gateway.url());
    }

    /// SIGTERM, and how it ended.
    pub async fn stop_gracefully(&mut self) -> ExitStatus {
        self.gateway.terminate();
        self.gateway.ended().await
    }

    /// What the audit trail tells, but for the keys the test made.
    pub async fn audited(&self) -> Vec<Value> {
        let mut records = self.database.rows("audit_records").await;
        records.retain(|record| record["action"] != "api_key.created");
        records
    }

    /// Every card and operation of a tenant, for "nothing was written".
    pub async fn written(&self, api: &Api) -> [Vec<Value>; 2] {
        [api.all("/v1/cards").await, api.all("/v1/operations").await]
    }
}

pub fn webhook_url(gateway: &Gateway) -> String {
    format!("{}/hooks/{INSTANCE}", gateway.url())
}

/// Our id of a provider's card type, once the catalogue is read.
pub async fn card_type(api: &Api, provider_ref: &str) -> String {
    eventually("the catalogue is there", async || {
        let types = api.all("/v1/card-types").await;
        let found = types
            .iter()
            .find(|card_type| card_type["providerRef"] == provider_ref)?;
        Some(found["id"].as_str()?.to_owned())
    })
    .await
}
