//! What the provider did is what the gateway says, however the call went.

use cardmux_e2e::api::{fresh_key, usd};
use cardmux_e2e::emulator::WALLET;
use cardmux_e2e::{Database, Setup, World, on_both_databases};
use rust_decimal::dec;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    outcome_of_a_dropped_answer_is_found_out,
    outcome_of_a_call_that_did_not_arrive_is_one_card,
    outcome_of_a_server_error_is_found_out,
    outcome_of_an_unreadable_answer_is_found_out,
    outcome_of_a_call_without_answer_is_found_out,
    outcome_that_shows_late_is_one_card,
    outcome_of_a_refusal_is_a_problem_and_no_money_moves,
}

async fn outcome_of_a_dropped_answer_is_found_out(database: Database) {
    ends_in_one_card_and_one_deposit(database, setup(), json!([{ "kind": "drop_after" }])).await;
}

async fn outcome_of_a_call_that_did_not_arrive_is_one_card(database: Database) {
    ends_in_one_card_and_one_deposit(database, setup(), json!([{ "kind": "drop_before" }])).await;
}

async fn outcome_of_a_server_error_is_found_out(database: Database) {
    let setup = setup().upstream();
    let world = World::start(database, setup.clone()).await;
    for kind in ["error_after", "error_before"] {
        one_card_and_one_deposit(&world, &setup, json!([{ "kind": kind }])).await;
    }
}

async fn outcome_of_an_unreadable_answer_is_found_out(database: Database) {
    ends_in_one_card_and_one_deposit(
        database,
        setup().upstream(),
        json!([{ "kind": "truncate" }]),
    )
    .await;
}

async fn outcome_of_a_call_without_answer_is_found_out(database: Database) {
    let setup = setup();
    let world = World::start(database, setup.clone()).await;
    // Past the time of an attempt: nothing done, and done but said too late.
    for kind in ["hang", "delay"] {
        one_card_and_one_deposit(&world, &setup, json!([{ "kind": kind, "millis": 3000 }])).await;
    }
}

/// Also where the provider shows the order only after the gateway has given up on it and sent it
/// again: "Duplicate order number" then says that it is there.
async fn outcome_that_shows_late_is_one_card(database: Database) {
    let setup = setup();
    let world = World::start(database, setup.clone()).await;
    world.emulator.webhooks("lost", 0).await;
    for millis in [1200, 4000] {
        let faults = json!([{ "kind": "drop_after" }, { "kind": "invisible", "millis": millis }]);
        one_card_and_one_deposit(&world, &setup, faults).await;
    }
}

async fn ends_in_one_card_and_one_deposit(database: Database, setup: Setup, faults: Value) {
    let world = World::start(database, setup.clone()).await;
    one_card_and_one_deposit(&world, &setup, faults).await;
}

/// Issue and deposit, each with these faults once.
async fn one_card_and_one_deposit(world: &World, setup: &Setup, faults: Value) {
    let before = world.emulator.state().await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("50.00") });
    world
        .emulator
        .faults(once(&faults, setup.dialect.open_card()))
        .await;
    let answer = world.acme.post("/v1/cards", &fresh_key(), &body).await;
    // Under way or found out already; never an error, since the card may be there.
    assert!(
        matches!(answer.status, 201 | 202),
        "{faults}: {}",
        answer.text
    );
    let id = answer.body["id"].as_str().unwrap().to_owned();
    let card = world.acme.settled(&id, "active").await;

    world.emulator.faults(once(&faults, "/card/deposit")).await;
    let path = format!("/v1/cards/{id}/deposit");
    let body = json!({ "amount": usd("33.33") });
    let answer = world.acme.post(&path, &fresh_key(), &body).await;
    assert!(
        matches!(answer.status, 200 | 202),
        "{faults}: {}",
        answer.text
    );
    let operation = format!("/v1/operations/{}", answer.body["id"].as_str().unwrap());
    world.acme.settled(&id, "active").await;
    let operation = world.acme.get(&operation).await.expect(200);
    assert_eq!(operation["status"], "succeeded", "{faults}: {operation}");

    let after = world.emulator.state().await;
    after.assert_ledger_adds_up();
    assert_eq!(after.cards.len(), before.cards.len() + 1, "{faults}");
    assert_eq!(
        after.orders_of("deposit").len(),
        before.orders_of("deposit").len() + 1,
        "{faults}"
    );
    let spent = dec!(50) + dec!(5) + dec!(33.33) + dec!(0.79995);
    assert_eq!(
        before.wallet("USD") - after.wallet("USD"),
        spent,
        "{faults}"
    );
    let card_no = card["provider"]["ref"].as_str().unwrap();
    assert_eq!(after.card(card_no).balance, dec!(83.33), "{faults}");
    world
        .acme
        .card_when(&id, |card| card["balance"]["amount"] == "83.33")
        .await;
}

fn once(faults: &Value, path: &str) -> Value {
    let mut faults = faults.clone();
    for fault in faults.as_array_mut().unwrap() {
        fault["path"] = json!(path);
        fault["times"] = json!(1);
    }
    faults
}

async fn outcome_of_a_refusal_is_a_problem_and_no_money_moves(database: Database) {
    let setup = setup();
    let world = World::start(database, setup.clone()).await;
    let body = json!({ "typeId": world.usd_type, "initialBalance": usd("50.00") });
    world
        .emulator
        .faults(once(
            &json!([{ "kind": "refuse" }]),
            setup.dialect.open_card(),
        ))
        .await;
    let refused = world.acme.post("/v1/cards", "refused", &body).await;
    let text = refused.text.clone();
    let problem = refused.problem(422, "provider_refused");
    assert_eq!(problem["provider"]["outcome"], "rejected");
    assert_eq!(problem["provider"]["instance"], "fincard_main");
    let card = world.acme.card(problem["cardId"].as_str().unwrap()).await;
    assert_eq!(card["status"], "failed");
    assert_eq!(world.emulator.state().await.wallet("USD"), WALLET);

    // A refusal is an answer: the same key gets it again, and another key is another try.
    let again = world.acme.post("/v1/cards", "refused", &body).await;
    assert!(again.is_replay());
    assert_eq!(again.text, text);
    world.acme.issue(&world.usd_type, "50.00").await;
}
