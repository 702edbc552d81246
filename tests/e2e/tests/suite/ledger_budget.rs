//! Budgets in the gateway's own ledger as the API shows them, while the playground makes cards pay.

use cardmux_e2e::api::{Api, fresh_key};
use cardmux_e2e::{Database, Decider, Deciders, World, eventually, on_both_databases};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    ledger_budget_shows_its_accounts_wherever_it_is_shown,
    playground_makes_finci_ask_advise_present_and_take_back,
    ledger_budget_without_anybody_who_asks_is_refused,
}

fn eur(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

/// Available, held, spent, fees and funded.
fn ledger(figures: [&str; 5]) -> Value {
    let [available, held, spent, fees, funded] = figures.map(eur);
    json!({ "available": available, "held": held, "spent": spent, "fees": fees, "funded": funded })
}

async fn ledger_budget_shows_its_accounts_wherever_it_is_shown(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let body = json!({ "instance": "ledger", "name": "Team", "currency": "EUR" });
    let made = api.post("/v1/budgets", "once", &body).await.expect(201);
    assert_eq!(made["ledger"], ledger(["0.00"; 5]), "{made}");
    assert_eq!(made["balance"]["amount"], "0.00", "{made}");
    assert_eq!(
        (&made["instance"], &made["status"]),
        (&json!("ledger"), &json!("active"))
    );
    let again = api.post("/v1/budgets", "once", &body).await;
    assert!(again.is_replay());
    assert_eq!(again.expect(201), made);

    let path = format!("/v1/budgets/{}", made["id"].as_str().unwrap());
    let fund = json!({ "amount": eur("100.00") });
    api.succeeds(&format!("{path}/fund"), &fund).await;
    let withdraw = json!({ "amount": eur("30.00") });
    api.succeeds(&format!("{path}/withdraw"), &withdraw).await;
    let card = deciders
        .card(Decider::Finci, made["id"].as_str().unwrap())
        .await;
    let purchase = deciders.purchase(Decider::Finci, "12.50", "5411", "SHOP");
    let (approved, id, answer) = deciders.pays(&card, &purchase).await;
    assert!(approved, "{answer}");
    let authorization = deciders.authorization(&card, &id, |_| true).await;
    let shown = api.get(&path).await.expect(200);
    let figures = ledger(["57.50", "12.50", "0.00", "0.00", "70.00"]);
    assert_eq!(shown["ledger"], figures, "{shown}");
    assert_eq!(shown["balance"]["amount"], "57.50", "{shown}");
    let listed = api.all("/v1/budgets?instance=ledger").await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    for field in ["id", "ledger", "balance"] {
        assert_eq!(listed[0][field], shown[field], "{listed:?}");
    }

    let booked = api.all(&format!("{path}/entries?limit=1")).await;
    let kinds: Vec<_> = booked.iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["hold", "withdraw", "fund"]);
    assert_eq!(booked[0]["orderRef"], authorization["id"], "{booked:?}");
    assert_eq!(booked[0]["balanceAfter"], eur("57.50"), "{booked:?}");
}

/// Ask for it; the provider's id of what it made.
async fn simulate(api: &Api, route: &str, body: Value) -> String {
    let path = format!("/v1/simulate/{route}");
    let done = api.post(&path, &fresh_key(), &body).await.expect(202);
    done["providerRef"].as_str().unwrap_or_default().to_owned()
}

async fn playground_makes_finci_ask_advise_present_and_take_back(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let budget = deciders.budget("100.00", "EUR").await;
    let card = deciders.card(Decider::Finci, &budget).await;
    let route = |what: &str| format!("cards/{}/{what}", card.id);
    let shop =
        json!({ "name": "EXAMPLE SHOP", "merchantId": "M-77", "mcc": "5734", "country": "LT" });
    let charge = |amount| json!({ "amount": eur(amount), "merchant": shop });

    let asked = simulate(api, &route("authorize"), charge("40.00")).await;
    let asked = deciders
        .authorization(&card, &asked, |a| a["status"] == "held")
        .await;
    for (field, value) in shop.as_object().unwrap() {
        assert_eq!(asked["merchant"][field], *value, "{asked}");
    }
    assert_eq!(asked["verdict"], "approve", "{asked}");
    // Taken back in part, presented in part: its transaction is the authorization's own.
    let transaction = eventually("the transaction is there", async || {
        let path = format!("/v1/transactions?cardId={}", card.id);
        let all = api.all(&path).await;
        all.into_iter()
            .find(|t| t["providerRef"] == asked["providerRef"])
    });
    let transaction = transaction.await;
    assert_eq!(transaction["id"], asked["transactionId"], "{transaction}");
    let trade = |what: &str| {
        format!(
            "transactions/{}/{what}",
            transaction["id"].as_str().unwrap()
        )
    };
    simulate(api, &trade("void"), json!({ "amount": eur("10.00") })).await;
    deciders
        .ledger_becomes(&budget, ["70.00", "30.00", "0.00"])
        .await;
    simulate(api, &trade("settle"), json!({ "amount": eur("25.00") })).await;
    deciders
        .ledger_becomes(&budget, ["70.00", "5.00", "25.00"])
        .await;

    // Nobody asked: advised, then presented without anything before it.
    let advised = simulate(api, &route("advise"), charge("5.00")).await;
    let advised = deciders
        .authorization(&card, &advised, |a| a["status"] == "held")
        .await;
    assert_eq!(advised["verdict"], Value::Null, "{advised}");
    deciders
        .ledger_becomes(&budget, ["65.00", "10.00", "25.00"])
        .await;
    simulate(api, &route("present"), charge("7.00")).await;
    deciders
        .ledger_becomes(&budget, ["58.00", "10.00", "32.00"])
        .await;
}

async fn ledger_budget_without_anybody_who_asks_is_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let body = json!({ "instance": "ledger", "name": "Team", "currency": "EUR" });
    let refused = world.acme.post("/v1/budgets", &fresh_key(), &body).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/instance", "{problem}");
    // A provider's budget has no accounts of ours.
    let body = json!({ "name": "Team", "currency": "USD" });
    let made = world.acme.finished("/v1/budgets", &body).await.expect(201);
    assert_eq!(made["ledger"], Value::Null, "{made}");
    let path = format!("/v1/budgets/{}", made["id"].as_str().unwrap());
    assert_eq!(
        world.acme.get(&path).await.expect(200)["ledger"],
        Value::Null
    );
}
