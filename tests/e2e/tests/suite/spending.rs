//! A card in use: everything that can happen to it on the network, and what must be told of it.

use cardmux_e2e::api::usd;
use cardmux_e2e::{World, eventually};
use serde_json::{Value, json};

pub struct Spender<'a> {
    pub world: &'a World,
    pub card_id: String,
    /// The provider's.
    pub card_no: String,
}

impl<'a> Spender<'a> {
    /// With 200.00 USD on it.
    pub async fn with_card(world: &'a World) -> Self {
        let card = world.acme.issue(&world.usd_type, "200.00").await;
        Self {
            world,
            card_id: card["id"].as_str().unwrap().to_owned(),
            card_no: card["provider"]["ref"].as_str().unwrap().to_owned(),
        }
    }

    /// Something happens to the card; the `tradeNo` of it.
    pub async fn happen(&self, what: &str, body: Value) -> Option<String> {
        let route = format!("cards/{}/{what}", self.card_no);
        self.world.emulator.happen(&route, body).await
    }

    pub async fn trade(&self, body: Value) -> String {
        self.happen("trades", body).await.unwrap()
    }

    /// `settle`, `void` or `refund`; the `tradeNo` of a new record.
    pub async fn follow_up(&self, trade_no: &str, what: &str, body: Value) -> Option<String> {
        let route = format!("trades/{trade_no}/{what}");
        self.world.emulator.happen(&route, body).await
    }

    /// Everything the gateway tells of the card's transactions.
    pub async fn transactions(&self) -> Vec<Value> {
        let list = format!("/v1/transactions?cardId={}&limit=200", self.card_id);
        self.world.acme.all(&list).await
    }

    /// The transaction with the provider's id, once it is as wanted; as it stands by itself.
    pub async fn transaction(&self, trade_no: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = eventually(&format!("transaction {trade_no} as wanted"), async || {
            let all = self.transactions().await;
            all.into_iter()
                .find(|t| t["providerRef"] == trade_no && wanted(t))
        })
        .await;
        let path = format!("/v1/transactions/{}", found["id"].as_str().unwrap());
        assert_eq!(self.world.acme.get(&path).await.expect(200), found);
        found
    }

    pub async fn balance_is(&self, amount: &str) {
        let wanted = usd(amount);
        self.world
            .acme
            .card_when(&self.card_id, |card| {
                card["balance"]["amount"] == wanted["amount"]
                    && card["balance"]["currency"] == wanted["currency"]
            })
            .await;
    }

    /// One of each kind, and what follows some of them.
    pub async fn live(&self) {
        let shop = json!({ "name": "EXAMPLE SHOP", "categoryCode": "5999", "country": "DEU" });
        let purchase = json!({
            "amount": "20.00", "currency": "EUR", "authorizedAmount": "22.00", "fee": "0.50",
            "merchant": shop,
        });
        let purchase = self.trade(purchase).await;
        let settlement = json!({ "amount": "21.00", "crossBoardFee": "0.33" });
        self.follow_up(&purchase, "settle", settlement).await;
        let part = json!({ "amount": "10.00" });
        self.follow_up(&purchase, "refund", part).await.unwrap();
        let held = self.trade(json!({ "amount": "30.00" })).await;
        let part = json!({ "amount": "12.00" });
        self.follow_up(&held, "void", part).await.unwrap();
        self.follow_up(&held, "void", json!({})).await.unwrap();
        self.trade(json!({ "type": "verification" })).await;
        self.trade(json!({ "amount": "7.00", "decline": "suspected fraud" }))
            .await;
        self.trade(json!({ "amount": "9999.00" })).await;
        self.trade(json!({ "type": "maintain_fee", "amount": "1.25" }))
            .await;
        let patch =
            json!({ "type": "card_patch_fee", "amount": "0.30", "originTradeNo": purchase });
        self.happen("fee-patches", patch).await.unwrap();
        self.happen("overdraft", json!({ "amount": "3.00" })).await;
    }
}

/// What [`Spender::live`] comes to: kind, status, who paid, then the amounts by their fields.
fn expected() -> Vec<Value> {
    let of = |kind: &str, status: &str, facts: Value| {
        let mut told = json!({ "type": kind, "status": status, "chargedTo": "card" });
        let told_facts = told.as_object_mut().unwrap();
        told_facts.extend(facts.as_object().unwrap().clone());
        told
    };
    vec![
        of(
            "purchase",
            "settled",
            json!({
                "amount": "20.00 EUR", "billingAmount": "22.00 USD", "fee": "0.50 USD",
                "settledAmount": "21.00 USD", "crossBorderFee": "0.33 USD",
                "refundedAmount": "11.00 USD", "reversedAmount": "0.00 USD",
                "followUps": ["fee 0.30 USD", "refund 11.00 USD"],
            }),
        ),
        of(
            "refund",
            "settled",
            json!({
                "amount": "10.00 EUR", "billingAmount": "11.00 USD", "original": "20.00 EUR",
            }),
        ),
        of(
            "purchase",
            "pending",
            json!({
                "amount": "30.00 USD", "billingAmount": "30.00 USD",
                "refundedAmount": "0.00 USD", "reversedAmount": "30.00 USD",
                "followUps": ["reversal 12.00 USD", "reversal 18.00 USD"],
            }),
        ),
        of(
            "reversal",
            "settled",
            json!({ "billingAmount": "12.00 USD", "original": "30.00 USD" }),
        ),
        of(
            "reversal",
            "settled",
            json!({ "billingAmount": "18.00 USD", "original": "30.00 USD" }),
        ),
        of("verification", "settled", json!({ "amount": "0.00 USD" })),
        of(
            "purchase",
            "declined",
            json!({
                "billingAmount": "7.00 USD", "description": "suspected fraud",
            }),
        ),
        of(
            "purchase",
            "declined",
            json!({
                "billingAmount": "9999.00 USD", "description": "Insufficient balance",
            }),
        ),
        of(
            "fee",
            "settled",
            json!({ "billingAmount": "1.25 USD", "providerType": "maintain_fee" }),
        ),
        of(
            "fee",
            "settled",
            json!({
                "billingAmount": "0.30 USD", "original": "20.00 EUR", "chargedTo": "funding_account",
            }),
        ),
        of(
            "overdraft",
            "settled",
            json!({
                "billingAmount": "3.00 USD", "chargedTo": "funding_account",
            }),
        ),
        of(
            "issue",
            "settled",
            json!({ "billingAmount": "200.00 USD", "fee": "5.00 USD" }),
        ),
    ]
}

/// What is left after [`Spender::live`]: 200 - 21 - 0.50 - 0.33 + 11 - 1.25.
const LEFT: &str = "187.92";

/// The gateway tells the whole life, once, and charges to the tenant's own money are events.
pub async fn check(spender: &Spender<'_>) {
    let mut told = Vec::new();
    let whole = cardmux_e2e::wait::within(std::time::Duration::from_secs(20), async || {
        told = spender.transactions().await;
        (tell(&told) == expected_texts()).then_some(())
    });
    if whole.await.is_none() {
        assert_eq!(tell(&told), expected_texts());
    }
    spender.balance_is(LEFT).await;
    let events = format!(
        "/v1/events?cardId={}&type=funding_account.charged",
        spender.card_id
    );
    let charged = spender.world.acme.all(&events).await;
    let mut amounts: Vec<_> = charged
        .iter()
        .map(|event| {
            event["data"]["transaction"]["amount"]["amount"]
                .as_str()
                .unwrap()
        })
        .collect();
    amounts.sort_unstable();
    assert_eq!(amounts, ["0.30", "3.00"]);
}

/// Every webhook has arrived, and nothing more will come of them by itself.
pub async fn all_arrived(world: &World) {
    eventually("every webhook is acknowledged", async || {
        let deliveries = world.emulator.deliveries().await;
        let acked = deliveries.iter().all(|delivery| delivery["acked"] == true);
        acked.then_some(())
    })
    .await;
    at_rest(world).await;
}

/// Nothing received is left to be understood, and no card to be read again.
pub async fn at_rest(world: &World) {
    eventually("the gateway is at rest", async || {
        let webhooks = world.database.rows("inbound_webhooks").await;
        let cards = world.database.rows("cards").await;
        let waits = |row: &Value| {
            ["due_at_ms", "refresh_at_ms", "pending_operation"]
                .iter()
                .any(|field| !row[*field].is_null())
        };
        (!webhooks.iter().chain(&cards).any(waits)).then_some(())
    })
    .await;
}

fn expected_texts() -> Vec<String> {
    let mut texts: Vec<String> = expected().iter().map(Value::to_string).collect();
    texts.sort_unstable();
    texts
}

/// The transactions in the words of [`expected`], each with the facts that one asks for, in a fixed
/// order. One that is not expected is told with all facts there are.
fn tell(transactions: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = transactions
        .iter()
        .map(|transaction| {
            let all = facts(transaction, transactions);
            let fits = expected().into_iter().find(|wanted| {
                let wanted = wanted.as_object().unwrap();
                wanted.iter().all(|(fact, value)| all[fact] == *value)
            });
            fits.unwrap_or(all).to_string()
        })
        .collect();
    texts.sort_unstable();
    texts
}

/// All facts of the transactions, in a fixed order.
pub fn tell_all(transactions: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = transactions
        .iter()
        .map(|transaction| facts(transaction, transactions).to_string())
        .collect();
    texts.sort_unstable();
    texts
}

fn facts(transaction: &Value, all: &[Value]) -> Value {
    let mut facts = json!({});
    for field in ["type", "status", "chargedTo", "description", "providerType"] {
        facts[field] = transaction[field].clone();
    }
    for field in [
        "amount",
        "billingAmount",
        "fee",
        "settledAmount",
        "crossBorderFee",
        "refundedAmount",
        "reversedAmount",
    ] {
        facts[field] = text(&transaction[field]);
    }
    let original = all
        .iter()
        .find(|one| one["id"] == transaction["originalId"]);
    facts["original"] = original.map_or(Value::Null, |one| text(&one["amount"]));
    let mut follow_ups: Vec<String> = transaction["followUps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let amount = text(&one["amount"]);
            format!(
                "{} {}",
                one["type"].as_str().unwrap(),
                amount.as_str().unwrap_or_default()
            )
        })
        .collect();
    follow_ups.sort_unstable();
    facts["followUps"] = json!(follow_ups);
    facts
}

fn text(money: &Value) -> Value {
    let parts = money["amount"].as_str().zip(money["currency"].as_str());
    parts.map_or(Value::Null, |(amount, currency)| {
        format!("{amount} {currency}").into()
    })
}
