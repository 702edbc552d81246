//! Issuers that ask before a card is charged, at one gateway: FINCI and bfinance's budget cards. Both
//! emulators are in this process; what merchants do is told to them.

use std::time::Duration;

use cardmux_emulator_bfinance::BfinanceOptions;
use cardmux_emulator_finci::FinciOptions;
use cardmux_emulator_kit::{Options, Running};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::api::{Api, fresh_key};
use crate::people;
use crate::setup::Setup;
use crate::wait::{eventually, within};
use crate::world::card_type;
use crate::{Database, World};

/// FINCI's id of the type whose cards have money of their own.
pub const OWN_MONEY: &str = "44";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decider {
    Finci,
    Bfinance,
}

impl Decider {
    pub const ALL: [Self; 2] = [Self::Finci, Self::Bfinance];

    pub fn instance(self) -> &'static str {
        match self {
            Self::Finci => "finci_main",
            Self::Bfinance => "bfinance_main",
        }
    }

    /// The provider's id of a type: FINCI's for persons in EUR, bfinance's budget cards, both in EUR.
    pub fn card_type(self) -> &'static str {
        match self {
            Self::Finci => "41",
            Self::Bfinance => "6a20f0c2d4b8e71f000000a3",
        }
    }
}

pub struct Deciders {
    pub world: World,
    finci: Running,
    bfinance: Running,
    http: Client,
}

/// How long issuer and gateway wait for a decision here.
const PATIENCE_MS: u32 = 10_000;

/// A card, ours and the provider's id of it.
#[derive(Debug, Clone)]
pub struct Spender {
    pub issuer: Decider,
    pub id: String,
    pub provider_id: String,
}

impl Deciders {
    pub async fn start(database: Database, setup: Setup) -> Self {
        Self::start_to_die(database, setup, None).await
    }

    pub async fn start_to_die(database: Database, setup: Setup, kill_at: Option<&str>) -> Self {
        Self::waiting(PATIENCE_MS, database, setup, kill_at).await
    }

    /// With FINCI as impatient as it is: its answer is wanted within three seconds.
    pub async fn start_in_life(database: Database, setup: Setup) -> Self {
        Self::waiting(3_000, database, setup, None).await
    }

    async fn waiting(
        patience_ms: u32,
        database: Database,
        setup: Setup,
        kill_at: Option<&str>,
    ) -> Self {
        let options = || Options {
            seed: 42,
            ..Options::default()
        };
        // On a busy machine a decision may take longer than in life; that it is in time is another test's
        // matter.
        let own =
            FinciOptions::from_settings(&json!({ "emulator": { "answerMillis": patience_ms } }));
        let finci = cardmux_emulator_finci::start(options(), own);
        let finci = finci.await.expect("FINCI's emulator starts");
        let own = BfinanceOptions::from_settings(&json!({ "emulator": {
            "answerMillis": patience_ms,
            "quirks": { "partnerManaged": true, "authorizationCurrency": "card" },
        } }));
        let bfinance = cardmux_emulator_bfinance::start(options(), own);
        let bfinance = bfinance.await.expect("bfinance's emulator starts");
        let timeout = setup.attempt_timeout_ms;
        let instance = |kind: &str, settings: Value| {
            json!({
                "kind": kind,
                "attempt_timeout_ms": timeout,
                "breaker_failures": 1000,
                "breaker_open_ms": 500,
                "webhook_networks": ["127.0.0.0/8"],
                "settings": settings,
            })
        };
        let mut finci_settings = finci.client_settings().clone();
        finci_settings["authorization_deadline_ms"] = json!(patience_ms);
        let mut asked = bfinance.client_settings().clone();
        asked["partner_managed"] = json!(true);
        asked["authorization_deadline_ms"] = json!(patience_ms);
        asked["poll_fastest_ms"] = json!(100);
        asked["poll_slowest_ms"] = json!(1000);
        let setup = setup
            .with("/worker/transactions_interval_ms", json!(1000))
            .with("/providers/finci_main", instance("finci", finci_settings))
            .with("/providers/bfinance_main", instance("bfinance", asked))
            .with(
                "/tenants/acme/instances",
                json!(["fincard_main", "finci_main", "bfinance_main"]),
            );
        let world = World::start_to_die(database, setup, kill_at).await;
        let deciders = Self {
            world,
            finci,
            bfinance,
            http: Client::builder().no_proxy().build().unwrap(),
        };
        deciders.send_webhooks();
        deciders
    }

    fn send_webhooks(&self) {
        for issuer in Decider::ALL {
            let hooks = format!("{}/hooks/{}", self.world.gateway.url(), issuer.instance());
            self.running(issuer).set_webhook_url(Some(hooks));
        }
    }

    fn running(&self, issuer: Decider) -> &Running {
        match issuer {
            Decider::Finci => &self.finci,
            Decider::Bfinance => &self.bfinance,
        }
    }

    /// A new process over the same database, armed or not.
    pub async fn restart(&mut self, kill_at: Option<&str>) {
        self.world.restart_to_die(kill_at).await;
        self.send_webhooks();
    }

    pub fn api(&self) -> &Api {
        &self.world.acme
    }

    /// A control route of an emulator: status and body.
    pub async fn control(
        &self,
        issuer: Decider,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let url = format!("{}/_emulator/{path}", self.running(issuer).url());
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("the emulator answers");
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// The same, and it must be done.
    pub async fn does(&self, issuer: Decider, path: &str, body: &Value) -> Value {
        let (status, answer) = self.control(issuer, Method::POST, path, Some(body)).await;
        assert!(status < 300, "{issuer:?} {path}: {status} {answer}");
        answer
    }

    pub async fn faults(&self, issuer: Decider, faults: &Value) {
        let body = json!({ "faults": faults });
        let (status, _) = self
            .control(issuer, Method::PUT, "faults", Some(&body))
            .await;
        assert!(status < 300);
    }

    /// A budget of the gateway's ledger with that much in it.
    pub async fn budget(&self, amount: &str, currency: &str) -> String {
        let body = json!({ "instance": "ledger", "name": "Team", "currency": currency });
        let made = self.api().post("/v1/budgets", &fresh_key(), &body).await;
        let id = made.expect(201)["id"].as_str().unwrap().to_owned();
        let body = json!({ "amount": { "amount": amount, "currency": currency } });
        let path = format!("/v1/budgets/{id}/fund");
        let funded = self.api().post(&path, &fresh_key(), &body).await;
        assert_eq!(funded.expect(200)["status"], "succeeded");
        id
    }

    /// Everybody FINCI's form for persons asks for.
    pub fn person(&self) -> Value {
        let mut person = people::short_form();
        person["nationality"] = json!("LT");
        person
    }

    /// An active card on that budget.
    pub async fn card(&self, issuer: Decider, budget: &str) -> Spender {
        let mut body = self.asked_for(issuer, issuer.card_type()).await;
        body["budgetId"] = json!(budget);
        self.issued(issuer, &body).await
    }

    /// An active card of FINCI's with that much money of its own.
    pub async fn own_card(&self, amount: &str) -> Spender {
        let mut body = self.asked_for(Decider::Finci, OWN_MONEY).await;
        body["initialBalance"] = json!({ "amount": amount, "currency": "EUR" });
        self.issued(Decider::Finci, &body).await
    }

    /// What a card of that type is asked for with, its holder enrolled where the issuer wants that.
    pub async fn asked_for(&self, issuer: Decider, provider_ref: &str) -> Value {
        let api = self.api();
        let type_id = card_type(api, provider_ref).await;
        let mut body = json!({
            "typeId": type_id,
            "cardholder": { "firstName": "Ada", "lastName": "Lovelace" },
        });
        if issuer == Decider::Finci {
            let customer = people::create(api, &self.person()).await;
            people::approved(api, &customer, &type_id).await;
            body["customerId"] = json!(customer);
        }
        body
    }

    async fn issued(&self, issuer: Decider, body: &Value) -> Spender {
        let card = self.api().finished("/v1/cards", body).await.expect(201);
        self.spender(issuer, card["id"].as_str().unwrap()).await
    }

    /// The card, once it is active.
    pub async fn spender(&self, issuer: Decider, id: &str) -> Spender {
        let card = self.api().settled(id, "active").await;
        let provider_ref = card["provider"]["ref"].as_str().unwrap();
        Spender {
            issuer,
            id: id.to_owned(),
            // bfinance's families of cards are told apart by a mark of the adapter's.
            provider_id: provider_ref.rsplit(':').next().unwrap().to_owned(),
        }
    }

    /// Somebody pays with the card: what the provider said in the end, and its id of it.
    pub async fn pays(&self, card: &Spender, purchase: &Value) -> (bool, String, Value) {
        match card.issuer {
            Decider::Finci => {
                let path = format!("cards/{}/authorizations", card.provider_id);
                let answer = self.does(Decider::Finci, &path, purchase).await;
                let approved = answer["response_code"] == "Approved";
                let id = answer["id"].as_str().unwrap().to_owned();
                (approved, id, answer)
            }
            Decider::Bfinance => {
                let path = format!("cards/{}/transactions", card.provider_id);
                let answer = self.does(Decider::Bfinance, &path, purchase).await;
                let approved = answer["declineReason"].is_null();
                let id = answer["authorizationId"].as_str().unwrap_or_default();
                (approved, id.to_owned(), answer)
            }
        }
    }

    /// A purchase as the issuer's emulator wants it told.
    pub fn purchase(&self, issuer: Decider, amount: &str, mcc: &str, merchant: &str) -> Value {
        match issuer {
            Decider::Finci => json!({
                "amount": amount, "currency": "EUR",
                "merchant": { "id": merchant, "name": merchant, "mcc": mcc, "country": "LT", "city": "Vilnius" },
            }),
            Decider::Bfinance => json!({
                "amount": amount, "merchant": merchant, "merchantId": merchant, "mcc": mcc,
                "country": "LT", "city": "Vilnius", "status": "pending",
            }),
        }
    }

    /// The gateway's authorization, once it looks like that.
    pub async fn authorization(
        &self,
        card: &Spender,
        provider_ref: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Value {
        let path = format!("/v1/authorizations?cardId={}", card.id);
        eventually(&format!("authorization {provider_ref}"), async || {
            let all = self.api().all(&path).await;
            let mut all = all.into_iter();
            all.find(|a| a["providerRef"] == provider_ref && fits(a))
        })
        .await
    }

    /// The gateway's own check of its ledger, in a process of its own.
    pub async fn books_add_up(&self) {
        let said = self.world.installation.run(&["ledger", "check"]).await;
        assert_eq!(said, "every balance is what its transfers come to");
    }

    /// The accounts of a ledger budget.
    pub async fn ledger(&self, budget: &str) -> Value {
        let budget = self.api().get(&format!("/v1/budgets/{budget}")).await;
        budget.expect(200)["ledger"].clone()
    }

    /// The same, once they are these: available, held, spent.
    pub async fn ledger_becomes(&self, budget: &str, wanted: [&str; 3]) {
        let mut last = Value::Null;
        // Hundreds of facts, told one by one, on a busy machine.
        let became = within(Duration::from_secs(90), async || {
            last = self.ledger(budget).await;
            let now = ["available", "held", "spent"].map(|a| last[a]["amount"].clone());
            (now == wanted).then_some(())
        });
        let became = became.await.is_some();
        assert!(became, "the ledger is {last}, and not {wanted:?}");
    }
}
