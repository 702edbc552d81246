//! Three issuers at one gateway: FinCard, Finup and bfinance, each an emulator in this process.

use std::fmt;

use cardmux_emulator_bfinance::BfinanceOptions;
use cardmux_emulator_finup::FinupOptions;
use cardmux_emulator_kit::{Options, Running};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::setup::{INSTANCE, Setup};
use crate::world::card_type;
use crate::{Database, Dialect, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Issuer {
    Fincard,
    Finup,
    Bfinance,
}

impl Issuer {
    pub const ALL: [Self; 3] = [Self::Fincard, Self::Finup, Self::Bfinance];

    /// The provider's id of a type whose cards start without money.
    pub fn simple_type(self) -> &'static str {
        match self {
            Self::Fincard => "111110",
            Self::Finup => "6a10b1000000000000000001",
            Self::Bfinance => "6a20f0c2d4b8e71f000000a1",
        }
    }

    /// The end of the path that issues a card.
    pub fn issue_path(self) -> &'static str {
        match self {
            Self::Fincard => Dialect::Finhub.open_card(),
            Self::Finup => "/cards/issuing",
            Self::Bfinance => "/cards/issue",
        }
    }

    /// How the emulator's state calls a card's id.
    pub fn card_id(self) -> &'static str {
        match self {
            Self::Fincard => "cardNo",
            Self::Finup | Self::Bfinance => "id",
        }
    }

    pub fn instance(self) -> &'static str {
        match self {
            Self::Fincard => INSTANCE,
            Self::Finup => "finup_main",
            Self::Bfinance => "bfinance_main",
        }
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fincard => "fincard",
            Self::Finup => "finup",
            Self::Bfinance => "bfinance",
        })
    }
}

pub struct Issuers {
    pub world: World,
    finup: Running,
    bfinance: Running,
    http: Client,
    /// Our ids of the simple types, in the order of [`Issuer::ALL`].
    types: Vec<String>,
    /// The emulators' state files.
    dir: TempDir,
}

/// After this long the gateway takes for certain what an emulator does not show.
const SETTLE_MS: u32 = 1000;

impl Issuers {
    pub async fn start(database: Database, setup: Setup, kill_at: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let keeps = setup.emulator_file;
        let options = |name: &str| Options {
            seed: 42,
            state_file: keeps.then(|| dir.path().join(name)),
            ..Options::default()
        };
        let finup = cardmux_emulator_finup::start(options("finup"), FinupOptions::default());
        let finup = finup.await.expect("Finup's emulator starts");
        let bfinance =
            cardmux_emulator_bfinance::start(options("bfinance"), BfinanceOptions::default());
        let bfinance = bfinance.await.expect("bfinance's emulator starts");
        let (timeout, poll_ms) = (setup.attempt_timeout_ms, setup.poll_ms);
        let instance = |kind: &str, running: &Running| {
            let mut settings = running.client_settings().clone();
            settings["settle_ms"] = json!(SETTLE_MS);
            settings["poll_fastest_ms"] = json!(poll_ms);
            settings["poll_slowest_ms"] = json!(10 * poll_ms);
            json!({
                "kind": kind,
                "attempt_timeout_ms": timeout,
                "breaker_failures": 1000,
                "breaker_open_ms": 500,
                // Nothing is signed: only this machine's emulator may send.
                "webhook_networks": ["127.0.0.0/8"],
                "settings": settings,
            })
        };
        let [_, finup_id, bfinance_id] = Issuer::ALL.map(Issuer::instance);
        let setup = setup
            .with("/providers/finup_main", instance("finup", &finup))
            .with("/providers/bfinance_main", instance("bfinance", &bfinance))
            .with(
                "/tenants/acme/instances",
                json!([INSTANCE, finup_id, bfinance_id]),
            );
        let world = World::start_to_die(database, setup, kill_at).await;
        let mut types = Vec::new();
        for issuer in Issuer::ALL {
            types.push(card_type(&world.acme, issuer.simple_type()).await);
        }
        let http = Client::builder().no_proxy().build().unwrap();
        let issuers = Self {
            world,
            finup,
            bfinance,
            http,
            types,
            dir,
        };
        issuers.send_hints();
        issuers
    }

    /// bfinance's webhooks go to the gateway that serves now.
    fn send_hints(&self) {
        let hooks = format!("{}/hooks/bfinance_main", self.world.gateway.url());
        self.bfinance.set_webhook_url(Some(hooks));
    }

    /// Every card number an emulator knows, out of the state it keeps.
    pub fn numbers(&self, issuer: Issuer) -> Vec<String> {
        let state = match issuer {
            Issuer::Fincard => self.world.emulator.saved(),
            Issuer::Finup | Issuer::Bfinance => {
                let file = self.dir.path().join(issuer.to_string());
                serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
            }
        };
        let mut found = Vec::new();
        numbers_in(&state, &mut found);
        found
    }

    /// A new process over the same database, armed or not.
    pub async fn restart(&mut self, kill_at: Option<&str>) {
        self.world.restart_to_die(kill_at).await;
        self.send_hints();
    }

    /// Our id of an issuer's simple type.
    pub fn type_of(&self, issuer: Issuer) -> &str {
        let place = Issuer::ALL.iter().position(|it| *it == issuer);
        &self.types[place.unwrap()]
    }

    /// What is asked for at any of them: only the type differs.
    pub fn issue_body(&self, issuer: Issuer) -> Value {
        json!({
            "typeId": self.type_of(issuer),
            "cardholder": { "firstName": "Ada", "lastName": "Lovelace" },
        })
    }

    /// A card that is active and holds this much.
    pub async fn card_with(&self, issuer: Issuer, amount: &str) -> Value {
        let acme = &self.world.acme;
        let body = self.issue_body(issuer);
        let card = acme.finished("/v1/cards", &body).await.expect(201);
        let id = card["id"].as_str().unwrap();
        acme.settled(id, "active").await;
        if amount != "0" {
            let body = json!({ "amount": crate::api::usd(amount) });
            acme.succeeds(&format!("/v1/cards/{id}/deposit"), &body)
                .await;
        }
        acme.settled(id, "active").await
    }

    fn url(&self, issuer: Issuer) -> String {
        match issuer {
            Issuer::Fincard => self.world.emulator.url().to_owned(),
            Issuer::Finup => self.finup.url().to_owned(),
            Issuer::Bfinance => self.bfinance.url().to_owned(),
        }
    }

    /// A control route of an issuer's emulator.
    pub async fn control(
        &self,
        issuer: Issuer,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Value {
        let (status, answer) = self.try_control(issuer, method, path, body).await;
        assert!(status < 300, "{issuer} {path}: {status} {answer}");
        answer
    }

    /// The same with its status: the emulator may refuse.
    pub async fn try_control(
        &self,
        issuer: Issuer,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let url = format!("{}/_emulator/{path}", self.url(issuer));
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("the emulator answers");
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    pub async fn faults(&self, issuer: Issuer, faults: Value) {
        let body = json!({ "faults": faults });
        self.control(issuer, Method::PUT, "faults", Some(body))
            .await;
    }

    pub async fn state(&self, issuer: Issuer) -> Value {
        self.control(issuer, Method::GET, "state", None).await
    }

    /// The paths of all calls that arrived, oldest first.
    pub async fn calls(&self, issuer: Issuer) -> Vec<String> {
        let answer = self.control(issuer, Method::GET, "calls", None).await;
        let calls = answer["calls"].as_array().unwrap().iter();
        calls
            .map(|call| call["path"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// What is called `number` and has sixteen digits.
fn numbers_in(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let number = fields.get("number").and_then(Value::as_str);
            found.extend(number.filter(|n| n.len() == 16).map(str::to_owned));
            fields.values().for_each(|value| numbers_in(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| numbers_in(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
