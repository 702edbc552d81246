//! What bfinance has beside cards with money: customers who wait for access, limits by channel,
//! plastic on order, cards on a budget, and webhooks nobody signs.

use cardmux_e2e::people::{self, enrolment_when};
use cardmux_e2e::{Answer, Database, Issuer, Issuers, on_both_databases, wait_until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    customer_is_verified_then_granted_access_then_issued_a_card,
    customer_with_a_share_token_needs_no_form,
    limits_of_each_channel_are_set_and_never_lifted,
    plastic_is_ordered_and_activated,
    budget_card_is_issued_on_the_configured_budget,
    webhook_is_a_hint_and_taken_only_from_the_allowed_networks,
}

const WITH_CUSTOMER: &str = "6a20f0c2d4b8e71f000000a2";
const ON_A_BUDGET: &str = "6a20f0c2d4b8e71f000000a4";
const PLASTIC: &str = "6a20f0c2d4b8e71f000000a5";

async fn start(database: Database) -> Issuers {
    Issuers::start(database, setup(), None).await
}

async fn customer(issuers: &Issuers) -> String {
    let mut customer = people::short_form();
    customer["nationality"] = json!("DE");
    people::create(&issuers.world.acme, &customer).await
}

async fn customer_is_verified_then_granted_access_then_issued_a_card(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let type_id = issuers.world.type_id(WITH_CUSTOMER).await;
    let customer = customer(&issuers).await;
    let enrolments = format!("/v1/customers/{customer}/enrolments");
    let begun = acme
        .finished(&enrolments, &json!({ "typeId": type_id }))
        .await;
    let enrolment = begun.expect(201);
    enrolment_when(acme, enrolment["id"].as_str().unwrap(), "approved").await;
    let calls = issuers.calls(Issuer::Bfinance).await;
    let asked = calls
        .iter()
        .filter(|path| path.ends_with("/request"))
        .count();
    assert_eq!(asked, 1, "access was asked for once: {calls:?}");
    let body = json!({ "typeId": type_id, "customerId": customer });
    let card = acme.finished("/v1/cards", &body).await.expect(201);
    assert_eq!(card["enrolmentId"], enrolment["id"], "{card}");
    acme.settled(card["id"].as_str().unwrap(), "active").await;
}

async fn customer_with_a_share_token_needs_no_form(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let type_id = issuers.world.type_id(WITH_CUSTOMER).await;
    let unnamed = json!({ "kind": "individual", "externalId": "sumsub-1" });
    let customer = people::create(acme, &unnamed).await;
    let enrolments = format!("/v1/customers/{customer}/enrolments");
    let token = "share-token-canary-0123456789";
    let body = json!({ "typeId": type_id, "shareToken": token });
    let enrolment = acme.finished(&enrolments, &body).await.expect(201);
    enrolment_when(acme, enrolment["id"].as_str().unwrap(), "approved").await;
    let canary = [("the share token".to_owned(), token.to_owned())];
    let traces = issuers.world.traces(&canary).await;
    assert!(traces.is_empty(), "{traces:?}");
    let elsewhere = issuers.world.type_id(people::SHORT_FORM).await;
    let body = json!({ "typeId": elsewhere, "shareToken": token });
    let refused = acme.finished(&enrolments, &body).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/shareToken", "{problem}");
}

async fn limits_of_each_channel_are_set_and_never_lifted(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let card = issuers.card_with(Issuer::Bfinance, "50.00").await;
    let path = format!("/v1/cards/{}", card["id"].as_str().unwrap());
    let limit = |channel: &str, interval: &str, amount: &str| json!({ "channel": channel, "interval": interval, "amount": cardmux_e2e::api::usd(amount) });
    let limits = [
        limit("ecommerce", "daily", "100.00"),
        limit("pos", "per_transaction", "25.00"),
    ];
    let controls = format!("{path}/controls");
    acme.succeeds(&controls, &json!({ "spendLimits": limits }))
        .await;
    acme.card_when(card["id"].as_str().unwrap(), |card| {
        let shown = card["controls"]["spendLimits"].as_array();
        shown.is_some_and(|shown| limits.iter().all(|limit| shown.contains(limit)))
    })
    .await;
    for (change, pointer) in [
        (json!({ "spendLimits": [] }), "/spendLimits"),
        (
            json!({ "spendLimits": [{ "interval": "daily", "amount": cardmux_e2e::api::usd("5.00") }] }),
            "/spendLimits/0/interval",
        ),
        (json!({ "blockedMccs": ["7995"] }), "/blockedMccs"),
    ] {
        let refused = acme.finished(&controls, &change).await;
        let problem = refused.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
}

async fn plastic_is_ordered_and_activated(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let body = json!({
        "typeId": issuers.world.type_id(PLASTIC).await,
        "cardholder": { "firstName": "Ada", "lastName": "Lovelace" },
    });
    let card = acme.finished("/v1/cards", &body).await.expect(201);
    let id = card["id"].as_str().unwrap();
    let card = acme.settled(id, "active").await;
    let address = json!({
        "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com",
        "phoneCode": "+49", "phone": "15112345678", "line1": "Canary Street 17", "city": "Berlin",
        "state": "Berlin", "postalCode": "10115", "country": "DE",
    });
    let order = format!("/v1/cards/{id}/physical");
    let mut nowhere = address.clone();
    nowhere["phone"] = json!("call me");
    nowhere["country"] = json!("Germany");
    let refused = acme.finished(&order, &nowhere).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");
    acme.succeeds(&order, &address).await;
    let card_ref = card["provider"]["ref"].as_str().unwrap();
    let route = format!("cards/{card_ref}/activation-code");
    let code = issuers
        .control(Issuer::Bfinance, Method::GET, &route, None)
        .await;
    let activate = format!("/v1/cards/{id}/activate");
    let wrong = acme
        .finished(&activate, &json!({ "activationCode": "wrong" }))
        .await;
    wrong.problem(422, "provider_refused");
    let body = json!({ "activationCode": code["code"] });
    acme.succeeds(&activate, &body).await;
    let canaries = [
        ("the address".to_owned(), "Canary Street".to_owned()),
        (
            "the code".to_owned(),
            code["code"].as_str().unwrap().to_owned(),
        ),
    ];
    let traces = issuers.world.traces(&canaries[..1]).await;
    assert!(traces.is_empty(), "{traces:?}");
}

async fn budget_card_is_issued_on_the_configured_budget(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let body = json!({
        "typeId": issuers.world.type_id(ON_A_BUDGET).await,
        "cardholder": { "firstName": "Ada", "lastName": "Lovelace" },
    });
    let card = acme.finished("/v1/cards", &body).await.expect(201);
    let card = acme.settled(card["id"].as_str().unwrap(), "active").await;
    assert_eq!(card["model"], "budget_card", "{card}");
    let path = format!("/v1/cards/{}", card["id"].as_str().unwrap());
    let deposit = json!({ "amount": cardmux_e2e::api::usd("5.00") });
    let refused = acme.finished(&format!("{path}/deposit"), &deposit).await;
    refused.problem(501, "capability_unsupported");
    acme.succeeds(&format!("{path}/freeze"), &json!({})).await;
}

async fn webhook_is_a_hint_and_taken_only_from_the_allowed_networks(database: Database) {
    let issuers = start(database).await;
    let card = issuers.card_with(Issuer::Bfinance, "20.00").await;
    let (id, card_ref) = (&card["id"], &card["provider"]["ref"]);
    let acme = &issuers.world.acme;
    // A lie about a card: it is read again, and is what it is.
    let lie =
        json!({ "event": "card.deleted", "data": { "cardId": card_ref, "status": "deleted" } });
    let reads = async || {
        let calls = issuers.calls(Issuer::Bfinance).await;
        let of_card = format!("/cards/{}", card_ref.as_str().unwrap());
        calls.iter().filter(|path| path.ends_with(&of_card)).count()
    };
    let before = reads().await;
    let hook = acme.bare(Method::POST, "/hooks/bfinance_main").json(&lie);
    assert_eq!(Answer::of(hook).await.status, 200);
    wait_until("it was read again", async || reads().await > before).await;
    let card = acme.card(id.as_str().unwrap()).await;
    assert_eq!(card["status"], "active", "{card}");
    let foreign: Value = acme
        .bare(Method::POST, "/hooks/finup_main")
        .json(&lie)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(foreign["code"].is_string(), "{foreign}");
}
