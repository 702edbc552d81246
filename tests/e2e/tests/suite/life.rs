//! A card's whole life, with the provider's books beside it.

use cardmux_e2e::api::usd;
use cardmux_e2e::emulator::{State, WALLET};
use cardmux_e2e::{Database, Setup, World, on_both_databases};
use rust_decimal::{Decimal, dec};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    life_of_a_finhub_card_agrees_with_the_ledger,
    life_of_an_upstream_card_agrees_with_the_ledger,
    life_of_a_euro_card_is_paid_from_the_euro_wallet,
}

/// The price of a card of type 111001.
const PRICE: Decimal = dec!(5);
/// 1.5 % of 33.33 and 0.30.
const DEPOSIT_FEE: Decimal = dec!(0.79995);

async fn life_of_a_finhub_card_agrees_with_the_ledger(database: Database) {
    life(database, setup()).await;
}

async fn life_of_an_upstream_card_agrees_with_the_ledger(database: Database) {
    life(database, setup().upstream()).await;
}

async fn life(database: Database, setup: Setup) {
    let world = World::start(database, setup).await;
    let mut card = Life {
        id: String::new(),
        card_no: String::new(),
        world,
    };
    card.issue().await;
    card.check("active", "Normal", dec!(50), dec!(50) + PRICE)
        .await;

    let deposit = card
        .change(
            "deposit",
            json!({ "amount": usd("33.33"), "note": "top-up" }),
        )
        .await;
    assert_eq!(deposit["amount"], usd("33.33"));
    assert_eq!(amount(&deposit["fee"]), DEPOSIT_FEE);
    card.check(
        "active",
        "Normal",
        dec!(83.33),
        dec!(83.33) + PRICE + DEPOSIT_FEE,
    )
    .await;

    card.change("withdraw", json!({ "amount": usd("10.00") }))
        .await;
    card.check(
        "active",
        "Normal",
        dec!(73.33),
        dec!(73.33) + PRICE + DEPOSIT_FEE,
    )
    .await;

    card.change("freeze", json!({})).await;
    card.check(
        "frozen",
        "Freeze",
        dec!(73.33),
        dec!(73.33) + PRICE + DEPOSIT_FEE,
    )
    .await;

    card.change("unfreeze", json!({})).await;
    card.check(
        "active",
        "Normal",
        dec!(73.33),
        dec!(73.33) + PRICE + DEPOSIT_FEE,
    )
    .await;

    let cancel = card.change("cancel", json!({})).await;
    assert_eq!(amount(&cancel["received"]), dec!(73.33), "{cancel}");
    card.check("cancelled", "cancel", dec!(0), PRICE + DEPOSIT_FEE)
        .await;

    card.operations_are(&[
        "cancel", "unfreeze", "freeze", "withdraw", "deposit", "issue",
    ])
    .await;
}

struct Life {
    world: World,
    id: String,
    card_no: String,
}

impl Life {
    async fn issue(&mut self) {
        let body = json!({
            "typeId": self.world.usd_type, "initialBalance": usd("50.00"), "label": "Ads",
            "externalId": "order-17", "metadata": { "team": "growth" },
        });
        let card = self
            .world
            .acme
            .finished("/v1/cards", &body)
            .await
            .expect(201);
        self.id = card["id"].as_str().unwrap().to_owned();
        self.card_no = card["provider"]["ref"].as_str().unwrap().to_owned();
        assert_eq!(card["label"], "Ads");
        assert_eq!(card["externalId"], "order-17");
        assert_eq!(card["metadata"], json!({ "team": "growth" }));
        assert_eq!(
            (&card["model"], &card["form"]),
            (&json!("card"), &json!("virtual"))
        );
        assert_eq!(card["provider"]["kind"], "fincard");
    }

    /// One change, to its end.
    async fn change(&self, name: &str, body: Value) -> Value {
        let path = format!("/v1/cards/{}/{name}", self.id);
        let operation = self.world.acme.finished(&path, &body).await.expect(200);
        assert_eq!(
            (&operation["kind"], &operation["status"]),
            (&json!(name), &json!("succeeded"))
        );
        assert_eq!(operation["cardId"], self.id, "{operation}");
        assert!(operation["providerRef"].is_string(), "{operation}");
        operation
    }

    /// The gateway and the provider agree about the card, and about what it took from the WALLET.
    async fn check(&self, status: &str, provider_status: &str, balance: Decimal, spent: Decimal) {
        let card = self
            .world
            .acme
            .card_when(&self.id, |card| {
                card["status"] == status
                    && card["providerStatus"] == provider_status
                    && amount(&card["balance"]) == balance
            })
            .await;
        assert!(card["pendingOperation"].is_null(), "{card}");
        assert_eq!(card["drift"], false, "{card}");
        let path = format!("/v1/cards/{}/balance", self.id);
        let read = self.world.acme.get(&path).await.expect(200);
        assert_eq!(amount(&read), balance, "{read}");
        let state = self.world.emulator.state().await;
        state.assert_ledger_adds_up();
        let emulated = state.card(&self.card_no);
        assert_eq!(
            (emulated.status.as_str(), emulated.balance),
            (provider_status, balance)
        );
        assert_eq!(WALLET - state.wallet("USD"), spent, "{:?}", state.ledger);
    }

    /// Each order of the provider is one operation here, with the same reference and fee.
    async fn operations_are(&self, kinds: &[&str]) {
        let list = format!("/v1/operations?cardId={}", self.id);
        let operations = self.world.acme.all(&list).await;
        let listed: Vec<_> = operations
            .iter()
            .map(|o| o["kind"].as_str().unwrap())
            .collect();
        assert_eq!(listed, kinds);
        let state = self.world.emulator.state().await;
        assert_eq!(state.orders.len(), operations.len());
        for operation in &operations {
            let order = order_of(&state, operation);
            assert_eq!(
                (order.status.as_str(), &*order.card_no),
                ("success", &*self.card_no)
            );
            if !operation["fee"].is_null() {
                assert_eq!(amount(&operation["fee"]), order.fee, "{operation}");
            }
        }
    }
}

fn order_of<'a>(state: &'a State, operation: &Value) -> &'a cardmux_e2e::emulator::Order {
    let reference = operation["reference"].as_str();
    let found = state
        .orders
        .iter()
        .find(|order| order.merchant_order_no.as_deref() == reference);
    found.unwrap_or_else(|| panic!("no order for {operation}"))
}

fn amount(money: &Value) -> Decimal {
    money["amount"]
        .as_str()
        .map_or(Decimal::MIN, |text| text.parse().unwrap())
}

async fn life_of_a_euro_card_is_paid_from_the_euro_wallet(database: Database) {
    let world = World::start(database, setup()).await;
    let body = json!({
        "typeId": world.eur_type,
        "initialBalance": { "amount": "20.00", "currency": "EUR" },
    });
    let card = world.acme.finished("/v1/cards", &body).await.expect(201);
    assert_eq!(
        (&card["status"], &card["currency"]),
        (&json!("active"), &json!("EUR"))
    );
    let state = world.emulator.state().await;
    state.assert_ledger_adds_up();
    assert_eq!(WALLET - state.wallet("EUR"), dec!(24.50));
    assert_eq!(state.wallet("USD"), WALLET);
}
