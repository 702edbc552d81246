//! The second flow of seed 000: a physical card that was bought before, assigned and activated.

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::emulator::bought_card_number;
use cardmux_e2e::{Api, Database, Setup, World, eventually, on_both_databases, people};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    flow_of_a_physical_card_by_finhub,
    flow_of_a_physical_card_by_upstream,
    flow_of_a_physical_card_whose_number_is_used_is_refused,
}

async fn flow_of_a_physical_card_by_finhub(database: Database) {
    physical(database, setup()).await;
}

async fn flow_of_a_physical_card_by_upstream(database: Database) {
    physical(database, setup().upstream()).await;
}

async fn physical(database: Database, setup: Setup) {
    let setup = setup.with("/tenants/acme/clear_reveal", json!(true));
    let world = World::start(database, setup).await;
    let api = world.revealer().await;
    let number = bought_card_number(17);
    let id = assigned(&world, &api, &number).await;
    let path = |change: &str| format!("/v1/cards/{id}/{change}");

    // Nothing but the number, which the tenant knows.
    let revealed = api.finished(&path("reveal"), &json!({})).await.expect(200);
    assert_eq!(revealed, json!({ "number": number }));
    let deposit = json!({ "amount": usd("10.00") });
    let refused = api.finished(&path("deposit"), &deposit).await;
    refused.problem(409, "card_not_active");
    let refused = api
        .finished(&path("pin"), &json!({ "pin": "802513" }))
        .await;
    refused.problem(409, "card_not_active");

    let code = activation_code(&api, &id).await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let body = json!({ "activationCode": wrong, "pin": "258013" });
    let refused = api.finished(&path("activate"), &body).await;
    let refused = refused.problem(422, "provider_refused");
    assert_eq!(refused["provider"]["outcome"], "rejected", "{refused}");
    api.settled(&id, "inactive").await;

    let body = json!({ "activationCode": code, "pin": "258013", "noPinLimit": usd("300.00") });
    let activated = api.succeeds(&path("activate"), &body).await;
    assert_eq!(activated["kind"], "activate");
    let card = api
        .card_when(&id, |card| {
            card["status"] == "active" && card["providerStatus"] == "Normal"
        })
        .await;
    assert_eq!(card["controls"]["noPinLimit"], usd("300.00"), "{card}");

    let revealed = api.finished(&path("reveal"), &json!({})).await.expect(200);
    assert_eq!(revealed["number"], json!(number));
    assert_eq!(revealed["cvv"].as_str().map(str::len), Some(3));
    assert_eq!(revealed["expiry"].as_str().map(str::len), Some(7));

    api.succeeds(&path("pin"), &json!({ "pin": "802513" }))
        .await;
    let refused = api.finished(&path("activate"), &body).await;
    refused.problem(409, "card_not_inactive");
    api.succeeds(&path("deposit"), &deposit).await;
    world.emulator.state().await.assert_ledger_adds_up();
}

/// A card with that number, for a new customer: issued, and not active.
async fn assigned(world: &World, api: &Api, number: &str) -> String {
    let type_id = world.type_id(people::PHYSICAL).await;
    let card_type = api
        .get(&format!("/v1/card-types/{type_id}"))
        .await
        .expect(200);
    assert_eq!(
        card_type["requirements"],
        json!(["cardholder", "card_number"])
    );
    let customer = people::with_full_form(api, &type_id).await;
    let enrolment = people::approved(api, &customer, &type_id).await;
    let body = json!({
        "typeId": type_id, "customerId": customer, "cardNumber": number,
        "initialBalance": usd("50.00"),
    });
    let card = api.finished("/v1/cards", &body).await.expect(201);
    assert_eq!(
        (&card["status"], &card["form"], &card["enrolmentId"]),
        (&json!("inactive"), &json!("physical"), &enrolment["id"])
    );
    assert_eq!(card["last4"], json!(number[number.len() - 4..]));
    let id = card["id"].as_str().unwrap().to_owned();
    api.card_when(&id, |card| card["providerStatus"] == "un_activated")
        .await;
    id
}

async fn activation_code(api: &Api, id: &str) -> String {
    let path = format!("/v1/cards/{id}/challenges");
    let challenge = eventually("the activation code is there", async || {
        let mut challenges = api.get(&path).await.expect(200);
        challenges["data"].as_array_mut()?.pop()
    })
    .await;
    assert_eq!(challenge["kind"], "activation_code");
    assert_eq!(challenge["expiresAt"], Value::Null);
    challenge["value"].as_str().unwrap().to_owned()
}

async fn flow_of_a_physical_card_whose_number_is_used_is_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let api = world.revealer().await;
    let number = bought_card_number(18);
    let id = assigned(&world, &api, &number).await;
    let card = api.card(&id).await;
    let body = json!({
        "typeId": card["typeId"], "customerId": card["customerId"], "cardNumber": number,
        "initialBalance": usd("50.00"),
    });
    let refused = api.post("/v1/cards", &fresh_key(), &body).await;
    assert!(!refused.text.contains(&number), "the number is told back");
    refused.problem(422, "provider_refused");
    let state = world.emulator.state().await;
    assert_eq!(state.cards.len(), 1);
    state.assert_ledger_adds_up();
}
