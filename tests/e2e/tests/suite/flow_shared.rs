//! The third flow of seed 000: cards that share a budget, with the provider's books beside it.

use cardmux_e2e::api::{amount, fresh_key, usd};
use cardmux_e2e::emulator::WALLET;
use cardmux_e2e::{Api, Database, Setup, World, on_both_databases, wait_until};
use rust_decimal::{Decimal, dec};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    flow_of_shared_cards_by_finhub_agrees_with_the_ledger,
    flow_of_shared_cards_by_upstream_agrees_with_the_ledger,
}

/// Of a card of type 111080; its top-ups are free.
const PRICE: Decimal = dec!(1);

async fn flow_of_shared_cards_by_finhub_agrees_with_the_ledger(database: Database) {
    shared(database, setup()).await;
}

async fn flow_of_shared_cards_by_upstream_agrees_with_the_ledger(database: Database) {
    shared(database, setup().upstream()).await;
}

async fn shared(database: Database, setup: Setup) {
    let setup = setup.with("/tenants/acme/clear_reveal", json!(true));
    let world = World::start(database, setup).await;
    let api = world.revealer().await;
    let pool = Pool::create(world, api).await;
    pool.check(dec!(0), dec!(0)).await;

    let fund = pool.transfer("fund", "500.25").await;
    assert_eq!(
        (&fund["kind"], &fund["amount"]),
        (&json!("fund_budget"), &usd("500.25"))
    );
    pool.check(dec!(500.25), dec!(500.25)).await;

    let first = pool.issue("50.00").await;
    let left = dec!(450.25) - PRICE;
    pool.check(left, dec!(500.25)).await;
    let second = pool.issue("60.50").await;
    let left = left - dec!(60.50) - PRICE;
    pool.check(left, dec!(500.25)).await;

    // Deposit allocates credit, withdrawing reduces it; the WALLET has nothing to do with either.
    pool.change(&first, "deposit", "30.10", dec!(80.10)).await;
    let left = left - dec!(30.10);
    pool.check(left, dec!(500.25)).await;
    pool.change(&second, "withdraw", "10.05", dec!(50.45)).await;
    let left = left + dec!(10.05);
    pool.check(left, dec!(500.25)).await;

    pool.more_than_there_is_is_refused(&first, left).await;
    pool.check(left, dec!(500.25)).await;

    pool.transfer("withdraw", "100.00").await;
    let left = left - dec!(100);
    pool.check(left, dec!(400.25)).await;

    let cancel = format!("/v1/cards/{first}/cancel");
    let cancelled = pool.api.succeeds(&cancel, &json!({})).await;
    assert_eq!(amount(&cancelled["received"]), dec!(80.10), "{cancelled}");
    pool.check(left + dec!(80.10), dec!(400.25)).await;
    pool.reveal_is_full(&second).await;
    pool.entries_add_up(left + dec!(80.10)).await;
}

struct Pool {
    world: World,
    api: Api,
    budget: Value,
    type_id: String,
}

impl Pool {
    async fn create(world: World, api: Api) -> Self {
        let body = json!({ "name": "Marketing", "currency": "USD", "externalId": "cost-centre-7" });
        let budget = api.finished("/v1/budgets", &body).await.expect(201);
        assert_eq!(
            (&budget["status"], &budget["name"], &budget["externalId"]),
            (
                &json!("active"),
                &json!("Marketing"),
                &json!("cost-centre-7")
            )
        );
        let type_id = world.type_id("111080").await;
        Self {
            world,
            api,
            budget,
            type_id,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/budgets/{}{rest}", self.budget["id"].as_str().unwrap())
    }

    async fn transfer(&self, way: &str, money: &str) -> Value {
        let body = json!({ "amount": usd(money) });
        let moved = self
            .api
            .succeeds(&self.path(&format!("/{way}")), &body)
            .await;
        assert_eq!(moved["budgetId"], self.budget["id"], "{moved}");
        moved
    }

    async fn issue(&self, money: &str) -> String {
        let body = json!({
            "typeId": self.type_id, "budgetId": self.budget["id"], "initialBalance": usd(money),
        });
        let card = self.api.finished("/v1/cards", &body).await.expect(201);
        assert_eq!(
            (&card["status"], &card["model"], &card["budgetId"]),
            (&json!("active"), &json!("budget_card"), &self.budget["id"])
        );
        let state = self.world.emulator.state().await;
        let emulated = state.card(card["provider"]["ref"].as_str().unwrap());
        assert_eq!(self.budget["providerRef"], json!(emulated.funded_by));
        card["id"].as_str().unwrap().to_owned()
    }

    async fn change(&self, card: &str, change: &str, money: &str, balance: Decimal) {
        let path = format!("/v1/cards/{card}/{change}");
        self.api
            .succeeds(&path, &json!({ "amount": usd(money) }))
            .await;
        self.api
            .card_when(card, |card| amount(&card["balance"]) == balance)
            .await;
        let read = format!("/v1/cards/{card}/balance");
        assert_eq!(amount(&self.api.get(&read).await.expect(200)), balance);
    }

    /// The budget, the funding account and the provider's books agree to the cent.
    async fn check(&self, in_budget: Decimal, taken: Decimal) {
        let state = self.world.emulator.state().await;
        state.assert_ledger_adds_up();
        let account = self.budget["providerRef"].as_str().unwrap();
        assert_eq!(state.account(account), in_budget, "{:?}", state.ledger);
        assert_eq!(WALLET - state.wallet("USD"), taken, "{:?}", state.ledger);
        wait_until(&format!("the budget shows {in_budget}"), async || {
            let budget = self.api.get(&self.path("")).await.expect(200);
            budget["pendingOperation"].is_null() && amount(&budget["balance"]) == in_budget
        })
        .await;
        let accounts = self.api.get("/v1/funding-accounts").await.expect(200);
        let accounts = accounts["data"].as_array().unwrap();
        let of = |currency: &str| {
            let found = accounts.iter().find(|a| a["currency"] == currency);
            amount(&found.unwrap()["available"])
        };
        assert_eq!((of("USD"), of("EUR")), (WALLET - taken, WALLET));
        // The budget's own account pays for nothing else.
        assert_eq!(accounts.len(), 2);
    }

    async fn more_than_there_is_is_refused(&self, card: &str, left: Decimal) {
        let body = json!({ "amount": usd(&(left + dec!(0.01)).to_string()) });
        for path in [format!("/v1/cards/{card}/deposit"), self.path("/withdraw")] {
            let refused = self.api.finished(&path, &body).await;
            refused.problem(422, "insufficient_funds");
        }
        let without = json!({ "typeId": self.type_id, "initialBalance": usd("50.00") });
        let refused = self.api.post("/v1/cards", &fresh_key(), &without).await;
        let refused = refused.problem(422, "invalid_request");
        assert_eq!(refused["errors"][0]["pointer"], "/budgetId", "{refused}");
    }

    async fn reveal_is_full(&self, card: &str) {
        let path = format!("/v1/cards/{card}/reveal");
        let revealed = self.api.finished(&path, &json!({})).await.expect(200);
        for part in ["number", "cvv", "expiry"] {
            assert!(revealed[part].is_string(), "{part} is missing");
        }
    }

    /// What the provider booked on the budget makes its balance.
    async fn entries_add_up(&self, expected: Decimal) {
        let entries = self.api.all(&self.path("/entries")).await;
        let mut sum = Decimal::ZERO;
        for entry in &entries {
            let moved = amount(&entry["amount"]);
            sum += if entry["direction"] == "in" {
                moved
            } else {
                -moved
            };
        }
        assert_eq!(sum, expected, "{entries:?}");
        let count = |kind: &str| entries.iter().filter(|entry| entry["kind"] == kind).count();
        assert_eq!(
            (count("fund_transfer"), count("fund_collection")),
            (1, 1),
            "{entries:?}"
        );
    }
}
