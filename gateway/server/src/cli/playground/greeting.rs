//! What the playground prints: for people, or for a program.

use std::net::SocketAddr;

use cardmux_domain::card_type::CardType;
use cardmux_domain::id::CardTypeId;
use serde_json::{Value, json};

use super::emulators::Emulator;
use super::keep::Keys;
use crate::app::{App, AppError, Tenant, card_types};
use crate::cli::{CliError, say};
use crate::config::Settings;
use crate::store::card_types::CardTypeFilter;

pub(super) struct Greeting {
    url: String,
    data_dir: String,
    keys: Keys,
    instances: Vec<Value>,
    /// The tenant of the lines to paste, and a type it can issue a card from without further ado.
    tenant: String,
    type_id: Option<CardTypeId>,
}

impl Greeting {
    pub(super) async fn new(
        app: &App,
        settings: &Settings,
        address: SocketAddr,
        keys: Keys,
        emulators: &[Emulator],
    ) -> Result<Self, CliError> {
        let instances = emulators.iter().map(|emulator| {
            json!({
                "instance": emulator.instance.to_string(),
                "kind": emulator.kind,
                "emulatorUrl": emulator.url(),
            })
        });
        let tenant = app.tenants.values().next();
        Ok(Self {
            url: format!("http://{address}"),
            data_dir: settings.data.dir.display().to_string(),
            keys,
            instances: instances.collect(),
            tenant: tenant.map_or_else(String::new, |tenant| tenant.id.to_string()),
            type_id: match tenant {
                Some(tenant) => simple_type(app, tenant).await?,
                None => None,
            },
        })
    }

    pub(super) fn print(&self, as_json: bool) -> Result<(), CliError> {
        if as_json {
            say(&self.json().to_string())
        } else {
            say(&self.text())
        }
    }

    fn json(&self) -> Value {
        json!({
            "url": self.url,
            "docsUrl": format!("{}/docs", self.url),
            "apiKey": self.api_key(),
            "tenant": self.tenant,
            "apiKeys": self.keys.tenants,
            "operatorKey": self.keys.operator_key,
            "instances": self.instances,
            "typeId": self.type_id.map(|id| id.to_string()),
        })
    }

    fn api_key(&self) -> &str {
        let key = self.keys.tenants.get(&self.tenant);
        key.map_or("cmx_…", String::as_str)
    }

    fn tenant_lines(&self) -> String {
        let line = |(tenant, key): (&String, &String)| {
            format!("  Tenant        {tenant}\n  API key       {key}\n")
        };
        self.keys.tenants.iter().map(line).collect()
    }

    fn text(&self) -> String {
        let Self {
            url,
            data_dir,
            keys: Keys { operator_key, .. },
            ..
        } = self;
        let api_key = self.api_key();
        let type_id = self
            .type_id
            .map_or("ctype_…".to_owned(), |id| id.to_string());
        let auth = "-H \"Authorization: Bearer $CARDMUX_KEY\"";
        format!(
            "cardmux playground
  API           {url}/v1
  Documentation {url}/docs
  Data          {data_dir}
{}  Operator key  {operator_key}
{}
Paste this into another terminal: issue a card, see it with its balance, freeze it.

export CARDMUX_KEY={api_key}
CARD=$(curl -sw '\n' {url}/v1/cards {auth} -H 'Content-Type: application/json' -H \"Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)\" -H 'Prefer: wait=10' -d '{{\"typeId\":\"{type_id}\",\"initialBalance\":{{\"amount\":\"50.00\",\"currency\":\"USD\"}},\"label\":\"My first card\"}}' | tee /dev/stderr | sed 's/.*\"id\":\"\\(card_[^\"]*\\)\".*/\\1/')
curl -sw '\n' {url}/v1/cards/$CARD/balance {auth}
curl -sw '\n' -X POST {url}/v1/cards/$CARD/freeze {auth} -H 'Prefer: wait=10'

Ctrl-C stops it; the same command continues where it stopped.",
            self.tenant_lines(),
            self.emulator_lines(),
        )
    }

    fn emulator_lines(&self) -> String {
        let lines = self.instances.iter().map(|instance| {
            let text = |key: &str| {
                instance
                    .get(key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            format!(
                "  Emulator      {} ({}) at {}\n",
                text("instance"),
                text("kind"),
                text("emulatorUrl")
            )
        });
        lines.collect()
    }
}

/// The greeting's card is issued with some.
fn starts_with_money(card_type: &CardType) -> bool {
    let rule = card_type.spec.initial_deposit.as_ref();
    rule.is_none_or(|rule| rule.max.is_none_or(|max| !max.is_zero()))
}

async fn simple_type(app: &App, tenant: &Tenant) -> Result<Option<CardTypeId>, AppError> {
    let filter = CardTypeFilter {
        currency: "USD".parse().ok(),
        ..CardTypeFilter::default()
    };
    let types = card_types::list(app, tenant, &filter, None, 100)
        .await?
        .items;
    let simple = types
        .into_iter()
        .find(|t| t.is_available() && t.spec.requirements.is_empty() && starts_with_money(t));
    Ok(simple.map(|t| t.id))
}
