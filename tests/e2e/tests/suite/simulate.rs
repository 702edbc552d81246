//! The playground's routes: what they are asked for happens, and nowhere else.

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::people::{self, SHORT_FORM};
use cardmux_e2e::setup::{ACME, GLOBEX};
use cardmux_e2e::{Api, Database, Setup, World, on_both_databases, wait_until};
use serde_json::{Value, json};

use crate::setup;
use crate::spending::Spender;

on_both_databases! {
    simulate_at_finhub_makes_each_thing_happen,
    simulate_at_upstream_makes_each_thing_happen,
    simulate_a_review_ends_as_it_says,
    simulate_outside_the_playground_is_unavailable,
    simulate_what_cannot_be_is_refused,
}

async fn simulate_at_finhub_makes_each_thing_happen(database: Database) {
    happens(database, setup().patient()).await;
}

async fn simulate_at_upstream_makes_each_thing_happen(database: Database) {
    happens(database, setup().upstream().patient()).await;
}

/// Ask for it; the provider's id of what it made.
async fn simulate(api: &Api, route: &str, body: Value) -> Option<String> {
    let path = format!("/v1/simulate/{route}");
    let done = api.post(&path, &fresh_key(), &body).await.expect(202);
    done["providerRef"].as_str().map(str::to_owned)
}

async fn happens(database: Database, setup: Setup) {
    let world = World::start(database, setup).await;
    let api = world.revealer().await;
    let spender = Spender::with_card(&world).await;
    let card = |what: &str| format!("cards/{}/{what}", spender.card_id);
    let shop = json!({ "name": "EXAMPLE SHOP", "mcc": "5999", "country": "DEU", "city": "Berlin" });
    let ask = json!({ "amount": usd("20.00"), "merchant": shop });
    let purchase = simulate(&api, &card("authorize"), ask).await.unwrap();
    let pending = spender
        .transaction(&purchase, |t| t["status"] == "pending")
        .await;
    for (field, value) in shop.as_object().unwrap() {
        assert_eq!(pending["merchant"][field], *value);
    }
    let trade = |transaction: &Value, what: &str| {
        format!(
            "transactions/{}/{what}",
            transaction["id"].as_str().unwrap()
        )
    };
    let part = json!({ "amount": usd("19.00") });
    simulate(&api, &trade(&pending, "settle"), part).await;
    let settled = spender
        .transaction(&purchase, |t| t["status"] == "settled")
        .await;
    assert_eq!(settled["settledAmount"]["amount"], "19.00");
    let part = json!({ "amount": usd("4.00") });
    simulate(&api, &trade(&settled, "refund"), part)
        .await
        .unwrap();
    simulate(&api, &trade(&settled, "refund"), json!({}))
        .await
        .unwrap();
    let refunded = spender
        .transaction(&purchase, |t| t["refundedAmount"]["amount"] == "19.00")
        .await;
    assert_eq!(refunded["followUps"].as_array().unwrap().len(), 2);
    let held = simulate(&api, &card("authorize"), json!({ "amount": usd("8.00") })).await;
    let held = held.unwrap();
    let transaction = spender.transaction(&held, |_| true).await;
    simulate(&api, &trade(&transaction, "void"), json!({}))
        .await
        .unwrap();
    spender
        .transaction(&held, |t| t["reversedAmount"]["amount"] == "8.00")
        .await;
    spender.balance_is("200.00").await;

    let verify = json!({ "amount": usd("0.00"), "verification": true });
    let verified = simulate(&api, &card("authorize"), verify).await.unwrap();
    spender
        .transaction(&verified, |t| t["type"] == "verification")
        .await;
    let decline = json!({ "amount": usd("3.00"), "decline": "suspected fraud" });
    let declined = simulate(&api, &card("authorize"), decline).await.unwrap();
    let declined = spender
        .transaction(&declined, |t| t["status"] == "declined")
        .await;
    assert_eq!(declined["description"], "suspected fraud");
    let fee = json!({ "amount": usd("1.25") });
    let fee = simulate(&api, &card("maintenance-fee"), fee).await.unwrap();
    spender
        .transaction(&fee, |t| t["type"] == "fee" && t["chargedTo"] == "card")
        .await;
    let patch = json!({ "amount": usd("0.30"), "transactionId": settled["id"] });
    let patch = simulate(&api, &card("fee-patch"), patch).await.unwrap();
    let patch = spender
        .transaction(&patch, |t| t["chargedTo"] == "funding_account")
        .await;
    assert_eq!(patch["originalId"], settled["id"]);
    simulate(&api, &card("overdraft"), json!({ "amount": usd("2.00") })).await;
    challenged(&api, &spender).await;
    spender.balance_is("198.75").await;
    simulate(&api, &card("block"), json!({})).await;
    world.acme.settled(&spender.card_id, "blocked").await;
    let overdrafts = world.acme.all("/v1/transactions?type=overdraft").await;
    assert_eq!(overdrafts.len(), 1);
    assert_eq!(overdrafts[0]["billingAmount"], usd("2.00"));
}

async fn challenged(api: &Api, spender: &Spender<'_>) {
    let route = format!("cards/{}/challenge", spender.card_id);
    let kinds = ["otp", "approval_url", "activation_code"];
    let mut made = Vec::new();
    for kind in kinds {
        let body = json!({ "kind": kind, "amount": usd("5.00"), "merchantName": "SHOP" });
        made.push(simulate(api, &route, body).await.unwrap());
    }
    let path = format!("/v1/cards/{}/challenges", spender.card_id);
    let challenges = api.get(&path).await.expect(200);
    for (kind, provider_ref) in kinds.iter().zip(&made) {
        let challenges = challenges["data"].as_array().unwrap();
        let found = challenges
            .iter()
            .find(|one| one["providerRef"] == provider_ref.as_str());
        assert_eq!(found.unwrap()["kind"], *kind);
    }
}

async fn simulate_a_review_ends_as_it_says(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let short = world.type_id(SHORT_FORM).await;
    let waiting = json!({ "nextAudits": ["wait", "wait", "wait"] });
    world.emulator.script(waiting).await;
    for (route, body, status) in [
        ("approve", json!({}), "approved"),
        (
            "reject",
            json!({ "correctable": true, "reason": "blurred" }),
            "action_required",
        ),
        (
            "reject",
            json!({ "correctable": false, "reason": "refused for good" }),
            "rejected",
        ),
    ] {
        let customer = people::with_short_form(api).await;
        let enrolment = people::enrol(api, &customer, &short).await;
        assert!(matches!(enrolment.status, 201 | 202), "{}", enrolment.text);
        let id = enrolment.body["id"].as_str().unwrap().to_owned();
        let known = async || {
            let enrolment = api.get(&format!("/v1/enrolments/{id}")).await.expect(200);
            enrolment["providerStatus"] == "wait_audit"
        };
        wait_until("the review waits", known).await;
        simulate(api, &format!("enrolments/{id}/{route}"), body.clone()).await;
        let ended = people::enrolment_when(api, &id, status).await;
        assert_eq!(ended["reason"], body["reason"], "{ended}");
    }
}

/// Every route, with the ids it is about.
fn routes(card: &str, transaction: &str, enrolment: &str) -> Vec<(String, Value)> {
    let amount = json!({ "amount": usd("1.00") });
    let of = |place: &str, id: &str, what: &str| format!("{place}/{id}/{what}");
    vec![
        (of("enrolments", enrolment, "approve"), json!({})),
        (
            of("enrolments", enrolment, "reject"),
            json!({ "correctable": true }),
        ),
        (of("cards", card, "authorize"), amount.clone()),
        (of("cards", card, "maintenance-fee"), amount.clone()),
        (of("cards", card, "fee-patch"), amount.clone()),
        (of("cards", card, "overdraft"), amount),
        (of("cards", card, "challenge"), json!({ "kind": "otp" })),
        (of("cards", card, "block"), json!({})),
        (of("transactions", transaction, "settle"), json!({})),
        (of("transactions", transaction, "void"), json!({})),
        (of("transactions", transaction, "refund"), json!({})),
    ]
}

async fn simulate_outside_the_playground_is_unavailable(database: Database) {
    const SIMULATOR: &str = "/providers/fincard_main/settings/simulator";
    let world = World::start(database, setup().with(SIMULATOR, json!(false))).await;
    let api = &world.acme;
    let spender = Spender::with_card(&world).await;
    let purchase = spender.trade(json!({ "amount": "5.00" })).await;
    let purchase = spender.transaction(&purchase, |_| true).await;
    let short = world.type_id(SHORT_FORM).await;
    let customer = people::with_short_form(api).await;
    let enrolment = people::approved(api, &customer, &short).await;
    let before = world.emulator.saved()["provider"]["trades"].clone();
    let ids = [&purchase["id"], &enrolment["id"]].map(|id| id.as_str().unwrap());
    for (route, body) in routes(&spender.card_id, ids[0], ids[1]) {
        let path = format!("/v1/simulate/{route}");
        let answer = api.post(&path, &fresh_key(), &body).await;
        answer.problem(501, "simulation_unavailable");
    }
    assert_eq!(world.emulator.saved()["provider"]["trades"], before);
    world.acme.settled(&spender.card_id, "active").await;
}

async fn simulate_what_cannot_be_is_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let spender = Spender::with_card(&world).await;
    let purchase = spender.trade(json!({ "amount": "5.00" })).await;
    let purchase = spender.transaction(&purchase, |_| true).await;
    let card = |what: &str| format!("/v1/simulate/cards/{}/{what}", spender.card_id);
    let trade = format!(
        "/v1/simulate/transactions/{}",
        purchase["id"].as_str().unwrap()
    );

    // The emulator's own words reach whoever plays.
    let refund = api
        .post(&format!("{trade}/refund"), &fresh_key(), &json!({}))
        .await;
    let problem = refund.problem(422, "provider_refused");
    let words = problem["provider"]["message"].as_str().unwrap();
    assert!(words.contains("settled"), "{problem}");

    for (path, body, pointer) in [
        (card("challenge"), json!({ "kind": "riddle" }), "/kind"),
        (
            card("authorize"),
            json!({ "amount": { "amount": "ten", "currency": "USD" } }),
            "/amount/amount",
        ),
        (
            card("fee-patch"),
            json!({ "amount": usd("1.00"), "transactionId": "txn_1" }),
            "/transactionId",
        ),
    ] {
        let problem = api.post(&path, &fresh_key(), &body).await;
        let problem = problem.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    // Another tenant's, and none at all.
    let globex = world.key(GLOBEX, &[]).await;
    let other = [
        purchase["id"].as_str().unwrap(),
        "enr_01k9zr3m5wf0ks1b2c3d4e5f6g",
    ];
    for (route, body) in routes(&spender.card_id, other[0], other[1]) {
        let path = format!("/v1/simulate/{route}");
        let answer = globex.post(&path, &fresh_key(), &body).await;
        answer.problem(404, "resource_not_found");
    }
    let reader = world.key(ACME, &["cards:read"]).await;
    let answer = reader.post(&card("block"), &fresh_key(), &json!({})).await;
    answer.problem(403, "forbidden");
}
