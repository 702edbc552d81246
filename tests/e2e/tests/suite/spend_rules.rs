//! Spend controls at work: limits across issuers, single use, merchant lock, drafts in the shadow, the
//! past decided again; and holds nobody claims.

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::{Answer, Database, Decider, Deciders, Spender, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    limit_on_a_budget_counts_the_cards_of_both_issuers,
    single_use_card_pays_once_and_a_locked_one_at_one_merchant,
    draft_runs_in_the_shadow_and_is_listed_where_it_differs,
    back_test_reproduces_the_live_decisions_and_predicts_those_of_changed_rules,
    hold_nobody_claims_expires,
}

async fn two_issuers(database: Database) -> (Deciders, String, [Spender; 2]) {
    let deciders = Deciders::start(database, setup()).await;
    let budget = deciders.budget("1000.00", "EUR").await;
    let finci = deciders.card(Decider::Finci, &budget).await;
    let bfinance = deciders.card(Decider::Bfinance, &budget).await;
    (deciders, budget, [finci, bfinance])
}

async fn control(deciders: &Deciders, body: &Value) -> Value {
    let path = "/v1/spend-controls";
    let made = deciders.api().post(path, &fresh_key(), body).await;
    made.expect(201)
}

fn daily(amount: &str) -> Value {
    json!({
        "amount": { "amount": amount, "currency": "EUR" },
        "window": { "kind": "rolling", "period": "day" },
    })
}

async fn buys(deciders: &Deciders, card: &Spender, amount: &str, merchant: &str) -> (bool, String) {
    let purchase = deciders.purchase(card.issuer, amount, "5411", merchant);
    let (approved, id, _) = deciders.pays(card, &purchase).await;
    (approved, id)
}

async fn limit_on_a_budget_counts_the_cards_of_both_issuers(database: Database) {
    let (deciders, budget, [finci, bfinance]) = two_issuers(database).await;
    let rules = json!({ "limits": [daily("50.00")] });
    let made = control(
        &deciders,
        &json!({ "scope": { "budgetId": budget }, "stage": "live", "rules": rules }),
    )
    .await;
    assert!(buys(&deciders, &finci, "30.00", "SHOP").await.0);
    let (approved, id) = buys(&deciders, &bfinance, "20.01", "SHOP").await;
    assert!(!approved, "30 + 20.01 is more than 50");
    let declined = deciders.authorization(&bfinance, &id, |_| true).await;
    let reason = &declined["reasons"][0];
    assert_eq!(reason["code"], "spend_limit", "{declined}");
    assert_eq!(reason["controlId"], made["id"], "{declined}");
    assert!(buys(&deciders, &bfinance, "20.00", "SHOP").await.0);
    assert!(!buys(&deciders, &finci, "0.01", "SHOP").await.0);
}

async fn single_use_card_pays_once_and_a_locked_one_at_one_merchant(database: Database) {
    let (deciders, _, [single, locked]) = two_issuers(database).await;
    let on = |card: &Spender, rules: Value| json!({ "scope": { "cardId": card.id }, "stage": "live", "rules": rules });
    control(&deciders, &on(&single, json!({ "maxUses": 1 }))).await;
    control(&deciders, &on(&locked, json!({ "merchantLock": true }))).await;
    assert!(buys(&deciders, &single, "1.00", "SHOP").await.0);
    let (approved, id) = buys(&deciders, &single, "1.00", "SHOP").await;
    assert!(!approved);
    let declined = deciders.authorization(&single, &id, |_| true).await;
    assert_eq!(declined["reasons"][0]["code"], "uses_exhausted");
    assert!(buys(&deciders, &locked, "1.00", "SHOP").await.0);
    let (approved, id) = buys(&deciders, &locked, "1.00", "CAFE").await;
    assert!(!approved);
    let declined = deciders.authorization(&locked, &id, |_| true).await;
    assert_eq!(declined["reasons"][0]["code"], "merchant_locked");
    assert!(buys(&deciders, &locked, "1.00", "SHOP").await.0);
}

async fn draft_runs_in_the_shadow_and_is_listed_where_it_differs(database: Database) {
    let (deciders, budget, [card, _]) = two_issuers(database).await;
    let scope = json!({ "budgetId": budget });
    let live = control(
        &deciders,
        &json!({ "scope": scope, "stage": "live", "rules": { "limits": [daily("50.00")] } }),
    )
    .await;
    control(
        &deciders,
        &json!({
            "scope": scope, "stage": "draft", "replaces": live["id"],
            "rules": { "limits": [daily("10.00")] },
        }),
    )
    .await;
    let (approved, same) = buys(&deciders, &card, "10.00", "SHOP").await;
    assert!(approved);
    let (approved, other) = buys(&deciders, &card, "1.00", "SHOP").await;
    assert!(approved, "the draft decides nothing");
    let path = "/v1/authorizations?shadowDiffers=true";
    let differing = deciders.api().all(path).await;
    assert_eq!(differing.len(), 1, "{differing:?}");
    assert_eq!(differing[0]["providerRef"], other);
    assert_eq!(differing[0]["shadow"]["verdict"], "decline");
    let same = deciders.authorization(&card, &same, |_| true).await;
    assert_eq!(same["shadow"], Value::Null);
}

async fn back_test_reproduces_the_live_decisions_and_predicts_those_of_changed_rules(
    database: Database,
) {
    let (deciders, budget, [finci, bfinance]) = two_issuers(database).await;
    let scope = json!({ "budgetId": budget });
    let live = control(
        &deciders,
        &json!({ "scope": scope, "stage": "live", "rules": { "limits": [daily("60.00")] } }),
    )
    .await;
    let stream = ["20.00", "30.00", "15.00", "9.00", "1.00", "5.00"];
    let mut said = Vec::new();
    for (n, amount) in stream.iter().enumerate() {
        let card = [&finci, &bfinance][n % 2];
        said.push(buys(&deciders, card, amount, "SHOP").await.0);
    }
    assert_eq!(said, [true, true, false, true, true, false]);
    let test = async |rules: Value| {
        let body =
            json!({ "from": "2026-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z", "rules": rules });
        let request = deciders
            .api()
            .request(Method::POST, "/v1/spend-controls/backtest")
            .json(&body);
        Answer::of(request).await.expect(200)
    };
    // As it was: exactly what was answered.
    let same = test(json!([])).await;
    assert_eq!(same["asked"], 6, "{same}");
    assert_eq!(
        same["approved"],
        json!({ "before": 4, "after": 4 }),
        "{same}"
    );
    assert_eq!(same["changed"], json!([]), "{same}");
    // With other rules: what would have been.
    let changed = json!({ "limits": [daily("36.00")] });
    let predicted = test(json!([{ "id": live["id"], "rules": changed }])).await;
    let mut wanted = said.clone();
    for change in predicted["changed"].as_array().unwrap() {
        let id = change["authorizationId"].as_str().unwrap();
        let path = format!("/v1/authorizations/{id}");
        let authorization = deciders.api().get(&path).await.expect(200);
        let amount = authorization["amount"]["amount"].as_str().unwrap();
        let place = stream.iter().position(|a| *a == amount).unwrap();
        wanted[place] = change["after"] == "approve";
    }
    assert_ne!(wanted, said, "{predicted}");
    // And that is what happens when the same stream is driven under them, from the beginning.
    let budget = deciders.budget("1000.00", "EUR").await;
    let finci = deciders.card(Decider::Finci, &budget).await;
    let bfinance = deciders.card(Decider::Bfinance, &budget).await;
    control(
        &deciders,
        &json!({ "scope": { "budgetId": budget }, "stage": "live", "rules": changed }),
    )
    .await;
    let mut driven = Vec::new();
    for (n, amount) in stream.iter().enumerate() {
        let card = [&finci, &bfinance][n % 2];
        driven.push(buys(&deciders, card, amount, "SHOP").await.0);
    }
    assert_eq!(driven, wanted, "{predicted}");
}

async fn hold_nobody_claims_expires(database: Database) {
    let (deciders, budget, [card, _]) = two_issuers(database).await;
    let (_, id) = buys(&deciders, &card, "10.00", "SHOP").await;
    deciders
        .authorization(&card, &id, |a| a["status"] == "held")
        .await;
    // Days go by.
    deciders
        .world
        .database
        .execute("UPDATE authorizations SET due_at_ms = 1, expires_at_ms = 1")
        .await;
    let expired = deciders
        .authorization(&card, &id, |a| a["status"] == "expired")
        .await;
    assert_eq!(expired["verdict"], "approve", "{expired}");
    deciders
        .ledger_becomes(&budget, ["1000.00", "0.00", "0.00"])
        .await;
    // Presented all the same: it is booked.
    let present = format!("authorizations/{id}/present");
    deciders.does(Decider::Finci, &present, &json!({})).await;
    deciders
        .ledger_becomes(&budget, ["990.00", "0.00", "10.00"])
        .await;
}
