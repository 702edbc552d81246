//! A customer's way to an approved enrolment, and what is refused on the way.

use cardmux_e2e::api::usd;
use cardmux_e2e::{Database, Setup, World, on_both_databases, people, wait_until};
use serde_json::{Value, json};

use crate::setup;
use begun::Begun;

mod begun;

on_both_databases! {
    enrolment_by_finhub_is_approved_by_webhook_alone,
    enrolment_by_upstream_is_approved_by_webhook_alone,
    enrolment_by_finhub_is_approved_without_webhooks,
    enrolment_by_upstream_is_approved_without_webhooks,
    enrolment_refused_by_the_platform_is_corrected,
    enrolment_refused_by_the_bank_is_refused_for_good,
    enrolment_on_the_way_to_a_card_is_shown,
    enrolment_on_the_way_to_a_card_waits_for_the_rest_to_be_right,
    enrolment_whose_answer_is_lost_is_one_cardholder,
    enrolment_shown_late_is_looked_for_again_soon,
    enrolment_the_provider_did_not_take_can_be_tried_again,
}

async fn enrolment_by_finhub_is_approved_by_webhook_alone(database: Database) {
    approved_by_webhook(database, setup(), "/card/holder/list").await;
}

async fn enrolment_by_upstream_is_approved_by_webhook_alone(database: Database) {
    approved_by_webhook(database, setup().upstream(), "/card/holder/query").await;
}

async fn approved_by_webhook(database: Database, setup: Setup, query: &str) {
    let begun = Begun::undecided(World::start(database, setup).await).await;
    let emulator = &begun.world.emulator;
    // After a look that failed, the gateway looks again in half a minute: longer than this waits.
    let fault = json!([{ "kind": "error_before", "path": query }]);
    emulator.faults(fault).await;
    let log = &begun.world.installation.log;
    wait_until("a look has failed", async || {
        let log = std::fs::read_to_string(log).unwrap();
        log.contains("not refreshed")
    })
    .await;
    emulator.no_faults().await;
    let route = format!("holders/{}/approve", begun.holder());
    emulator.happen(&route, json!({})).await;
    begun.is_approved().await;
}

async fn enrolment_by_finhub_is_approved_without_webhooks(database: Database) {
    approved_by_polling(database, setup()).await;
}

async fn enrolment_by_upstream_is_approved_without_webhooks(database: Database) {
    approved_by_polling(database, setup().upstream()).await;
}

async fn approved_by_polling(database: Database, setup: Setup) {
    let begun = Begun::under_review(database, setup).await;
    begun.world.emulator.webhooks("lost", 0).await;
    begun.is_approved().await;
}

async fn enrolment_refused_by_the_platform_is_corrected(database: Database) {
    let begun = Begun::undecided(World::start(database, setup()).await).await;
    begun.exists("pending").await;
    begun.is_not_updatable("pending").await;
    begun.rejected("admin", "The address is incomplete").await;
    let refused = begun.when("action_required").await;
    assert_eq!(
        (&refused["reviewStage"], &refused["reason"]),
        (&json!("admin"), &json!("The address is incomplete"))
    );
    begun.no_card_is_issued("action_required").await;
    begun.exists("action_required").await;

    // What does not fit is told before anybody is called.
    let acme = &begun.world.acme;
    let calls = begun.world.emulator.changes().await;
    let wrong = json!({ "address": { "line1": "No. 5" } });
    people::patch(acme, &begun.customer, &wrong).await;
    let misfit = begun.update().await.problem(422, "invalid_request");
    assert_eq!(misfit["errors"][0]["pointer"], "/customer/address/line1");
    assert_eq!(begun.world.emulator.changes().await, calls);

    let right = json!({ "address": { "line1": "Example Street 5" } });
    people::patch(acme, &begun.customer, &right).await;
    let updated = begun.update().await.expect(200);
    assert_eq!(
        (&updated["kind"], &updated["enrolmentId"]),
        (&json!("update_enrolment"), &begun.enrolment["id"])
    );
    begun.is_approved().await;
    let saved = begun.world.emulator.saved();
    let form = &saved["provider"]["holders"][0]["form"];
    assert_eq!(form["address"], "Example Street 5");
    begun.is_not_updatable("approved").await;
}

async fn enrolment_refused_by_the_bank_is_refused_for_good(database: Database) {
    let begun = Begun::undecided(World::start(database, setup().upstream()).await).await;
    begun.rejected("channel", "Not wanted").await;
    let refused = begun.when("rejected").await;
    assert_eq!(
        (&refused["reviewStage"], &refused["reason"]),
        (&json!("channel"), &json!("Not wanted"))
    );
    begun.is_not_updatable("rejected").await;
    begun.no_card_is_issued("rejected").await;
    begun.exists("rejected").await;
    assert_eq!(begun.world.emulator.state().await.holders.len(), 1);
}

async fn enrolment_on_the_way_to_a_card_is_shown(database: Database) {
    let world = World::start(database, setup()).await;
    let type_id = world.type_id(people::SHORT_FORM).await;
    let customer = people::with_short_form(&world.acme).await;
    let begun = Begun {
        world,
        type_id,
        customer,
        enrolment: Value::Null,
    };
    let missing = begun.issue("").await.problem(409, "enrolment_not_approved");
    assert_eq!(missing["enrolment"], Value::Null, "{missing}");

    let shown = begun.issue("?enrol=auto").await;
    let shown = shown.problem(409, "enrolment_not_approved");
    assert_eq!(shown["enrolment"]["customerId"], json!(begun.customer));
    assert_eq!(shown["enrolment"]["status"], "pending", "{shown}");
    let begun = Begun {
        enrolment: shown["enrolment"].clone(),
        ..begun
    };
    begun.when("approved").await;
    let card = begun.issue("?enrol=auto").await.expect(201);
    assert_eq!(card["enrolmentId"], begun.enrolment["id"]);
    assert_eq!(begun.world.emulator.state().await.holders.len(), 1);

    // Where the provider approves at once, there is nothing to wait for.
    let script = json!({ "finishInCall": true });
    begun.world.emulator.script(script).await;
    let customer = people::with_short_form(&begun.world.acme).await;
    let begun = Begun { customer, ..begun };
    let card = begun.issue("?enrol=auto").await.expect(201);
    let path = format!("/v1/enrolments/{}", card["enrolmentId"].as_str().unwrap());
    let enrolment = begun.world.acme.get(&path).await.expect(200);
    assert_eq!(enrolment["customerId"], json!(begun.customer));
    assert_eq!(enrolment["status"], "approved");
}

async fn enrolment_on_the_way_to_a_card_waits_for_the_rest_to_be_right(database: Database) {
    let world = World::start(database, setup()).await;
    let type_id = world.type_id(people::SHORT_FORM).await;
    let customer = people::with_short_form(&world.acme).await;
    let calls = world.emulator.changes().await;
    let good = json!({
        "typeId": type_id, "customerId": customer, "initialBalance": usd("50.00"),
    });
    for (change, pointer) in [
        (
            json!({ "initialBalance": usd("9.99") }),
            "/initialBalance/amount",
        ),
        (json!({ "initialBalance": null }), "/initialBalance"),
        (json!({ "cardNumber": "4000050000000009" }), "/cardNumber"),
        (json!({ "label": "x".repeat(201) }), "/label"),
    ] {
        let mut body = good.clone();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let refused = world.acme.finished("/v1/cards?enrol=auto", &body).await;
        let refused = refused.problem(422, "invalid_request");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let other = world.acme.finished("/v1/cards?enrol=yes", &good).await;
    other.problem(400, "invalid_query");

    // Nor is somebody enrolled whose data does not fit.
    let wrong = json!({ "firstName": "A", "email": null });
    people::patch(&world.acme, &customer, &wrong).await;
    let refused = world.acme.finished("/v1/cards?enrol=auto", &good).await;
    let refused = refused.problem(422, "invalid_request");
    let errors = refused["errors"].as_array().unwrap();
    let pointers: Vec<_> = errors.iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["/customer/email", "/customer/firstName"]);

    assert_eq!(world.emulator.changes().await, calls);
    assert!(world.acme.all("/v1/enrolments").await.is_empty());
    assert!(world.acme.all("/v1/cards").await.is_empty());
}

async fn enrolment_whose_answer_is_lost_is_one_cardholder(database: Database) {
    let world = World::start(database, setup()).await;
    let type_id = world.type_id(people::SHORT_FORM).await;
    // Done and not said, and not even arrived.
    for (holders, kind) in [(1, "drop_after"), (2, "drop_before")] {
        let customer = people::with_short_form(&world.acme).await;
        let fault = json!([{ "kind": kind, "path": "/card/holder/v2/create" }]);
        world.emulator.faults(fault).await;
        let lost = people::enrol(&world.acme, &customer, &type_id).await;
        world.emulator.no_faults().await;
        let lost = lost.expect(202);
        assert_eq!(
            (&lost["status"], &lost["providerRef"]),
            (&json!("pending"), &Value::Null),
            "{kind}: {lost}"
        );
        let id = lost["id"].as_str().unwrap();
        let found = people::enrolment_when(&world.acme, id, "approved").await;
        assert!(found["pendingOperation"].is_null(), "{kind}: {found}");
        let state = world.emulator.state().await;
        assert_eq!(state.holders.len(), holders, "{kind}");
        let holder = state.holders[holders - 1].holder_id.to_string();
        assert_eq!(found["providerRef"], json!(holder), "{kind}");
    }
}

async fn enrolment_shown_late_is_looked_for_again_soon(database: Database) {
    let world = World::start(database, setup()).await;
    let type_id = world.type_id(people::SHORT_FORM).await;
    let customer = people::with_short_form(&world.acme).await;
    let fault = json!([{ "kind": "invisible", "path": "/card/holder/v2/create", "millis": 4000 }]);
    world.emulator.faults(fault).await;
    let enrolled = people::enrol(&world.acme, &customer, &type_id).await;
    let id = enrolled.expect(201)["id"].as_str().unwrap().to_owned();
    // The webhook comes at once, and the only one: what it leads to is not shown yet.
    let log = &world.installation.log;
    wait_until("a look has failed", async || {
        let log = std::fs::read_to_string(log).unwrap();
        log.contains("not refreshed")
    })
    .await;
    // Sooner than half a minute, as a provider in trouble is given.
    people::enrolment_when(&world.acme, &id, "approved").await;
}

async fn enrolment_the_provider_did_not_take_can_be_tried_again(database: Database) {
    let world = World::start(database, setup()).await;
    let type_id = world.type_id(people::SHORT_FORM).await;
    let taken = people::short_form();
    let first = people::create(&world.acme, &taken).await;
    people::approved(&world.acme, &first, &type_id).await;

    // Only the provider knows whose e-mail address it is.
    let second = people::create(&world.acme, &taken).await;
    let refused = people::enrol(&world.acme, &second, &type_id).await;
    assert!(!refused.text.contains(taken["email"].as_str().unwrap()));
    let refused = refused.problem(422, "provider_refused");
    assert_eq!(refused["provider"]["outcome"], "rejected", "{refused}");

    let another = json!({ "email": people::short_form()["email"] });
    people::patch(&world.acme, &second, &another).await;
    let approved = people::approved(&world.acme, &second, &type_id).await;
    assert_eq!(approved["reason"], Value::Null, "{approved}");
    let all = world.acme.all("/v1/enrolments").await;
    assert_eq!(all.len(), 2);
    assert_eq!(world.emulator.state().await.holders.len(), 2);
}
