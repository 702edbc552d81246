//! FinCard's emulator, and what it has.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cardmux_emulator_fincard::FincardOptions;
use cardmux_emulator_kit::{Options, Running};
use reqwest::{Client, Method};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::setup::Setup;

/// What every WALLET holds at the start.
pub const WALLET: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

pub struct Emulator {
    running: Option<Running>,
    options: Options,
    fincard: FincardOptions,
    http: Client,
    url: String,
}

/// What the provider has: `GET /_emulator/state`.
#[derive(Debug, Deserialize)]
pub struct State {
    pub accounts: Vec<Account>,
    pub ledger: Vec<Row>,
    pub cards: Vec<EmulatedCard>,
    pub orders: Vec<Order>,
    pub holders: Vec<Holder>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub account_id: String,
    /// `WALLET` or `MARGIN`.
    pub account_type: String,
    pub currency: String,
    pub balance: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    pub account_id: String,
    pub amount: Decimal,
    pub before_balance: Decimal,
    pub after_balance: Decimal,
    pub direction: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmulatedCard {
    pub card_no: String,
    pub status: String,
    pub balance: Decimal,
    pub holder_id: Option<u64>,
    /// The account that pays for it.
    pub funded_by: String,
}

/// The number of a physical card that was bought and never used: any of BIN 400005 is.
pub fn bought_card_number(serial: u32) -> String {
    let digits = format!("400005{serial:09}");
    let doubled = digits.chars().zip([2, 1].into_iter().cycle());
    let sum: u32 = doubled
        .map(|(digit, times)| {
            let product = digit.to_digit(10).unwrap() * times;
            product / 10 + product % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub merchant_order_no: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub card_no: String,
    pub amount: Decimal,
    pub fee: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    pub holder_id: u64,
    pub status: String,
}

/// A call that arrived: `GET /_emulator/calls`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    pub path: String,
    pub merchant_order_no: Option<String>,
}

impl Emulator {
    /// A fresh provider that keeps its state in `state_file` when there is one.
    pub async fn start(setup: &Setup, state_file: Option<PathBuf>) -> Self {
        // One seed for all: its credentials are made once and the same everywhere.
        let options = Options {
            state_file,
            time_scale: f64::from(setup.time_scale),
            seed: 42,
            ..Options::default()
        };
        let fincard = setup.fincard_options();
        let http = Client::builder().no_proxy().build().unwrap();
        let mut emulator = Self {
            running: None,
            options,
            fincard,
            http,
            url: String::new(),
        };
        emulator.up().await;
        emulator
    }

    /// Connections are refused from now on.
    pub async fn down(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown().await;
        }
    }

    /// Back at the same address, with the state it had if it keeps a file.
    pub async fn up(&mut self) {
        let running = cardmux_emulator_fincard::start(self.options.clone(), self.fincard.clone());
        let running = running.await.expect("the emulator starts");
        running.url().clone_into(&mut self.url);
        self.options.listen = self.url.trim_start_matches("http://").parse().unwrap();
        self.running = Some(running);
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The settings of a client, secrets included.
    pub fn client_settings(&self) -> Value {
        self.running
            .as_ref()
            .expect("the emulator runs")
            .client_settings()
            .clone()
    }

    pub fn state_file(&self) -> Option<PathBuf> {
        self.options.state_file.clone()
    }

    /// Where webhooks go, also after a restart of the emulator.
    pub fn send_webhooks_to(&mut self, url: String) {
        self.options.webhook_url = Some(url.clone());
        if let Some(running) = &self.running {
            running.set_webhook_url(Some(url));
        }
    }

    async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self
            .http
            .request(method, format!("{}/_emulator/{path}", self.url));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("the emulator answers");
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Replace the fault script.
    pub async fn faults(&self, faults: Value) {
        self.control(Method::PUT, "faults", Some(json!({ "faults": faults })))
            .await;
    }

    pub async fn no_faults(&self) {
        self.control(Method::DELETE, "faults", None).await;
    }

    /// How webhooks go wrong from now on.
    pub async fn webhooks(&self, mode: &str, delay_ms: u64) {
        let body = json!({ "mode": mode, "delayMillis": delay_ms });
        self.control(Method::PUT, "webhooks", Some(body)).await;
    }

    /// What becomes of coming orders.
    pub async fn script(&self, script: Value) {
        self.control(Method::PUT, "script", Some(script)).await;
    }

    pub async fn deliveries(&self) -> Vec<Value> {
        let mut answer = self.control(Method::GET, "webhooks", None).await;
        answer["deliveries"]
            .as_array_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    pub async fn block(&self, card_no: &str) {
        self.control(Method::POST, &format!("cards/{card_no}/block"), None)
            .await;
    }

    /// Something happens at the provider, by its control route; the `tradeNo` it makes, if any.
    pub async fn happen(&self, route: &str, body: Value) -> Option<String> {
        let made = self.control(Method::POST, route, Some(body)).await;
        made["tradeNo"].as_str().map(str::to_owned)
    }

    /// Its whole state with all secrets, from the file it keeps.
    pub fn saved(&self) -> Value {
        let file = self.state_file().expect("the emulator keeps a file");
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    }

    pub async fn state(&self) -> State {
        serde_json::from_value(self.control(Method::GET, "state", None).await).unwrap()
    }

    /// Calls that ask for a change, oldest first; reads come and go in the background.
    pub async fn changes(&self) -> Vec<Call> {
        let mut answer = self.control(Method::GET, "calls", None).await;
        let calls: Vec<Call> = serde_json::from_value(answer["calls"].take()).unwrap();
        calls.into_iter().filter(Call::is_change).collect()
    }
}

impl Call {
    fn is_change(&self) -> bool {
        const CHANGES: [&str; 20] = [
            "/openCard",
            "/createCard",
            "/deposit",
            "/withdraw",
            "/freeze",
            "/unfreeze",
            "/cancel",
            "/activate",
            "/activeCard",
            "/updatePin",
            "/card/v2/update",
            "/updateAttribute",
            "/updateNote",
            "/card/note",
            "/holder/v2/create",
            "/holder/v2/update",
            "/file/upload",
            "/account/create",
            "/account/transfer",
            "/simulateAuthTransaction",
        ];
        CHANGES.iter().any(|change| self.path.ends_with(change))
    }
}

impl State {
    pub fn card(&self, card_no: &str) -> &EmulatedCard {
        let found = self.cards.iter().find(|card| card.card_no == card_no);
        found.unwrap_or_else(|| panic!("the provider has no card {card_no}: {self:?}"))
    }

    /// Orders of a kind (`create`, `deposit` …) that the provider accepted.
    pub fn orders_of(&self, kind: &str) -> Vec<&Order> {
        self.orders
            .iter()
            .filter(|order| order.kind == kind)
            .collect()
    }

    pub fn wallet(&self, currency: &str) -> Decimal {
        self.accounts
            .iter()
            .find(|account| account.account_type == "WALLET" && account.currency == currency)
            .unwrap()
            .balance
    }

    /// What a budget's account holds.
    pub fn account(&self, id: &str) -> Decimal {
        let found = self
            .accounts
            .iter()
            .find(|account| account.account_id == id);
        found
            .unwrap_or_else(|| panic!("the provider has no account {id}: {self:?}"))
            .balance
    }

    /// The provider's own books: each row continues the one before, and the last one is the balance.
    #[track_caller]
    pub fn assert_ledger_adds_up(&self) {
        // A MARGIN account begins with nothing.
        let opening = |account: &Account| match account.account_type.as_str() {
            "WALLET" => WALLET,
            _ => Decimal::ZERO,
        };
        let mut balances: BTreeMap<&str, Decimal> = self
            .accounts
            .iter()
            .map(|account| (account.account_id.as_str(), opening(account)))
            .collect();
        for row in &self.ledger {
            let balance = balances.get_mut(row.account_id.as_str()).unwrap();
            assert_eq!(*balance, row.before_balance, "{row:?}");
            let incoming = row.direction == "IN";
            *balance += if incoming { row.amount } else { -row.amount };
            assert_eq!(*balance, row.after_balance, "{row:?}");
        }
        for account in &self.accounts {
            let booked = balances[account.account_id.as_str()];
            assert_eq!(booked, account.balance, "{account:?}");
        }
    }
}
