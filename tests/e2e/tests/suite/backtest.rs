//! Back-tests: the live controls reproduce what they had answered, and changes show what they would.

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::{Answer, Api, Database, Decider, Deciders, on_both_databases};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    backtest_of_the_live_controls_reproduces_what_was_answered,
    backtest_of_too_much_or_of_nothing_sensible_is_refused,
}

const BACKTEST: &str = "/v1/spend-controls/backtest";

fn count(most: u32) -> Value {
    json!({ "limits": [{ "count": most, "window": { "kind": "rolling", "period": "day" } }] })
}

fn all_time(rules: &Value) -> Value {
    json!({ "from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z", "rules": rules })
}

async fn backtest(api: &Api, rules: Value) -> Value {
    let answer = api.post(BACKTEST, &fresh_key(), &all_time(&rules)).await;
    answer.expect(200)
}

fn figures(tested: &Value) -> [u64; 5] {
    [
        "/asked",
        "/approved/before",
        "/approved/after",
        "/declined/before",
        "/declined/after",
    ]
    .map(|pointer| tested.pointer(pointer).unwrap().as_u64().unwrap())
}

async fn backtest_of_the_live_controls_reproduces_what_was_answered(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let budget = deciders.budget("50.00", "EUR").await;
    let finci = deciders.card(Decider::Finci, &budget).await;
    let bfinance = deciders.card(Decider::Bfinance, &budget).await;
    let scope = json!({ "budgetId": budget });
    let made = json!({ "scope": scope, "rules": count(3) });
    let made = api.post("/v1/spend-controls", &fresh_key(), &made).await;
    let control = made.expect(201)["id"].clone();

    let pays = async |card, issuer, amount: &str| {
        let purchase = deciders.purchase(issuer, amount, "5411", "SHOP");
        let (approved, id, _) = deciders.pays(card, &purchase).await;
        deciders.authorization(card, &id, |_| true).await;
        (approved, id)
    };
    assert!(pays(&finci, Decider::Finci, "10.00").await.0);
    let (approved, reversed) = pays(&finci, Decider::Finci, "20.00").await;
    assert!(approved);
    // More than is left, then enough: what was reversed is there again and is not counted.
    assert!(!pays(&bfinance, Decider::Bfinance, "30.00").await.0);
    let path = format!("authorizations/{reversed}/reverse");
    deciders.does(Decider::Finci, &path, &json!({})).await;
    let reversed = deciders.authorization(&finci, &reversed, |a| a["status"] == "reversed");
    reversed.await;
    assert!(pays(&bfinance, Decider::Bfinance, "30.00").await.0);
    assert!(pays(&finci, Decider::Finci, "5.00").await.0);
    let (approved, fourth) = pays(&finci, Decider::Finci, "1.00").await;
    assert!(!approved);

    let same = backtest(api, json!([])).await;
    assert_eq!(figures(&same), [6, 4, 4, 2, 2], "{same}");
    assert_eq!(same["changed"], json!([]), "{same}");
    assert!(!same["limits"].as_str().unwrap().is_empty());

    let without = backtest(api, json!([{ "id": control, "remove": true }])).await;
    assert_eq!(figures(&without), [6, 4, 5, 2, 1], "{without}");
    let changed = &without["changed"][0];
    let theirs = deciders.authorization(&finci, &fourth, |_| true).await;
    assert_eq!(changed["authorizationId"], theirs["id"], "{without}");
    assert_eq!(
        (&changed["before"], &changed["after"]),
        (&json!("decline"), &json!("approve"))
    );

    let tighter = backtest(api, json!([{ "id": control, "rules": count(1) }])).await;
    assert_eq!(figures(&tighter), [6, 4, 1, 2, 5], "{tighter}");
    let reason = &tighter["changed"][0]["reasons"][0];
    assert_eq!(reason["code"], "spend_limit", "{tighter}");
    assert_eq!(reason["controlId"], control, "{tighter}");

    let more =
        json!([{ "scope": { "cardId": bfinance.id }, "rules": { "blockedCountries": ["LT"] } }]);
    let more = backtest(api, more).await;
    // Two less: the fourth of the others is then within the count.
    assert_eq!(figures(&more), [6, 4, 4, 2, 2], "{more}");
    assert_eq!(more["changed"].as_array().unwrap().len(), 2, "{more}");
    // Nothing of it was done.
    let listed = api.all("/v1/spend-controls").await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["version"], 1);
}

async fn backtest_of_too_much_or_of_nothing_sensible_is_refused(database: Database) {
    let setup = setup().with("/decisions", json!({ "backtest_max": 1 }));
    let deciders = Deciders::start(database, setup).await;
    let api = deciders.api();
    let control = "sctl_01k9zr3m5wf0ks1b2c3d4e5f6g";
    for (rules, pointer) in [
        (json!([{ "id": control, "rules": {} }]), "/rules/0/id"),
        (json!([{ "id": control, "remove": true }]), "/rules/0/id"),
        (json!([{ "remove": true }]), "/rules/0/id"),
        (json!([{ "rules": {} }]), "/rules/0/scope"),
        (json!([{ "scope": { "tenant": true } }]), "/rules/0/rules"),
        (
            json!([{ "scope": { "tenant": true }, "rules": { "maxUses": 0 } }]),
            "/rules/0/rules/maxUses",
        ),
        (
            json!([{ "scope": { "cardId": "card_01k9zr3m5wf0ks1b2c3d4e5f6g" }, "rules": {} }]),
            "/rules/0/scope/cardId",
        ),
    ] {
        let refused = api.post(BACKTEST, &fresh_key(), &all_time(&rules)).await;
        let problem = refused.problem(422, "invalid_request");
        assert_eq!(
            problem["errors"][0]["pointer"], pointer,
            "{rules} {problem}"
        );
    }
    for (from, to, pointer) in [
        ("yesterday", "2026-07-01T00:00:00Z", "/from"),
        ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z", "/to"),
    ] {
        let body = json!({ "from": from, "to": to });
        let refused = api.post(BACKTEST, &fresh_key(), &body).await;
        let problem = refused.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let budget = deciders.budget("50.00", "EUR").await;
    let card = deciders.card(Decider::Finci, &budget).await;
    for _ in 0..2 {
        let purchase = deciders.purchase(Decider::Finci, "1.00", "5411", "SHOP");
        let (_, id, _) = deciders.pays(&card, &purchase).await;
        deciders.authorization(&card, &id, |_| true).await;
    }
    let none = json!([]);
    let refused = Answer::of(api.change(BACKTEST, &fresh_key(), &all_time(&none))).await;
    let problem = refused.problem(422, "invalid_request");
    let error = &problem["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["code"]),
        (&json!("/from"), &json!("too_large"))
    );
    assert!(
        error["detail"].as_str().unwrap().contains("shorter"),
        "{problem}"
    );
}
