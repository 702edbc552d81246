//! Cards with money of their own at an issuer that keeps no balances: a book of the gateway's ledger
//! for each.

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::{Database, Decider, Deciders, OWN_MONEY, Spender, eventually, on_both_databases};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    card_type_with_own_money_says_what_its_cards_take,
    card_spends_its_own_money_and_pays_back_what_is_left,
    deposit_moves_once_and_withdrawal_takes_what_is_there,
    presentment_nobody_asked_about_leaves_the_card_below_zero,
    money_that_comes_back_to_a_closed_card_is_withdrawn,
    spend_control_and_back_test_see_the_card,
    issue_whose_answer_is_killed_opens_one_book,
}

fn eur(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn shop(deciders: &Deciders, amount: &str) -> Value {
    deciders.purchase(Decider::Finci, amount, "5411", "SHOP")
}

async fn with(database: Database, amount: &str) -> (Deciders, Spender) {
    let deciders = Deciders::start(database, setup()).await;
    let card = deciders.own_card(amount).await;
    (deciders, card)
}

/// What can be spent is this, wherever it is shown, or becomes it.
async fn balance_becomes(deciders: &Deciders, card: &Spender, wanted: &str) {
    let api = deciders.api();
    let path = format!("/v1/cards/{}/balance", card.id);
    eventually(&format!("the balance is {wanted}"), async || {
        let balance = api.get(&path).await.expect(200);
        (balance["amount"] == wanted).then_some(())
    })
    .await;
    assert_eq!(api.card(&card.id).await["balance"]["amount"], wanted);
    let listed = api.all("/v1/cards").await;
    let listed = listed.iter().find(|c| c["id"] == card.id.as_str()).unwrap();
    assert_eq!(listed["balance"]["amount"], wanted);
}

/// Kind and amount of what was booked on the card, oldest first.
async fn booked(deciders: &Deciders, card: &Spender) -> Vec<String> {
    let path = format!("/v1/cards/{}/entries?limit=2", card.id);
    let all = deciders.api().all(&path).await;
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let entry = |e: &Value| format!("{} {}", text(&e["kind"]), text(&e["amount"]["amount"]));
    all.iter().rev().map(entry).collect()
}

async fn card_type_with_own_money_says_what_its_cards_take(database: Database) {
    let deciders = Deciders::start(database, setup()).await;
    let api = deciders.api();
    let mut body = deciders.asked_for(Decider::Finci, OWN_MONEY).await;
    let path = format!("/v1/card-types/{}", body["typeId"].as_str().unwrap());
    let shown = api.get(&path).await.expect(200);
    assert_eq!(shown["model"], "card", "{shown}");
    for (list, word, is_there) in [
        ("capabilities", "deposit", true),
        ("capabilities", "withdraw", true),
        ("requirements", "budget", false),
    ] {
        let words = shown[list].as_array().unwrap();
        assert_eq!(words.contains(&json!(word)), is_there, "{shown}");
    }
    // It draws on no budget, and one of shared money on nothing else.
    body["budgetId"] = json!(deciders.budget("1.00", "EUR").await);
    let refused = api.post("/v1/cards", &fresh_key(), &body).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["code"], "not_taken", "{problem}");
    let body = deciders
        .asked_for(Decider::Finci, Decider::Finci.card_type())
        .await;
    let refused = api.post("/v1/cards", &fresh_key(), &body).await;
    let problem = refused.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/budgetId", "{problem}");
}

async fn card_spends_its_own_money_and_pays_back_what_is_left(database: Database) {
    let (deciders, card) = with(database, "50.00").await;
    balance_becomes(&deciders, &card, "50.00").await;
    let (approved, id, answer) = deciders.pays(&card, &shop(&deciders, "30.00")).await;
    assert!(approved, "{answer}");
    balance_becomes(&deciders, &card, "20.00").await;
    let (approved, declined, _) = deciders.pays(&card, &shop(&deciders, "20.01")).await;
    assert!(!approved, "there is not that much");
    let authorization = deciders.authorization(&card, &declined, |_| true).await;
    let reason = &authorization["reasons"][0]["code"];
    assert_eq!(reason, "insufficient_funds", "{authorization}");
    assert_eq!(authorization["budgetId"], Value::Null, "{authorization}");

    let present = format!("authorizations/{id}/present");
    deciders.does(Decider::Finci, &present, &json!({})).await;
    deciders
        .authorization(&card, &id, |a| a["status"] == "posted")
        .await;
    let (_, reversed, _) = deciders.pays(&card, &shop(&deciders, "5.00")).await;
    let reverse = format!("authorizations/{reversed}/reverse");
    deciders.does(Decider::Finci, &reverse, &json!({})).await;
    balance_becomes(&deciders, &card, "20.00").await;

    let path = format!("/v1/cards/{}/cancel", card.id);
    let closed = deciders.api().succeeds(&path, &json!({})).await;
    assert_eq!(closed["received"], eur("20.00"), "{closed}");
    balance_becomes(&deciders, &card, "0.00").await;
    let (approved, ..) = deciders.pays(&card, &shop(&deciders, "0.01")).await;
    assert!(!approved, "a closed card pays nothing");
    let wanted = [
        "fund 50.00",
        "hold 30.00",
        "post 30.00",
        "hold 5.00",
        "release 5.00",
        "withdraw 20.00",
    ];
    assert_eq!(booked(&deciders, &card).await, wanted);
    deciders.books_add_up().await;
}

async fn deposit_moves_once_and_withdrawal_takes_what_is_there(database: Database) {
    let (deciders, card) = with(database, "10.00").await;
    let api = deciders.api();
    let path = |what: &str| format!("/v1/cards/{}/{what}", card.id);
    let deposit = json!({ "amount": eur("7.50"), "note": "top-up" });
    let done = api.post(&path("deposit"), "once", &deposit).await;
    let done = done.expect(200);
    let shown = [
        ("kind", json!("deposit")),
        ("status", json!("succeeded")),
        ("instance", json!("ledger")),
        ("cardId", json!(card.id)),
        ("amount", eur("7.50")),
    ];
    for (field, wanted) in shown {
        assert_eq!(done[field], wanted, "{done}");
    }
    let again = api.post(&path("deposit"), "once", &deposit).await;
    assert!(again.is_replay());
    assert_eq!(again.expect(200), done);
    let other = json!({ "amount": eur("8.00") });
    let reused = api.post(&path("deposit"), "once", &other).await;
    reused.problem(422, "idempotency_key_reused");
    let operation = format!("/v1/operations/{}", done["id"].as_str().unwrap());
    assert_eq!(api.get(&operation).await.expect(200), done);
    balance_becomes(&deciders, &card, "17.50").await;

    deciders.pays(&card, &shop(&deciders, "4.00")).await;
    let take = |amount| json!({ "amount": eur(amount) });
    let too_much = take("13.51");
    let refused = api.post(&path("withdraw"), &fresh_key(), &too_much).await;
    refused.problem(422, "insufficient_funds");
    let wrong = json!({ "amount": { "amount": "1.00", "currency": "USD" } });
    let refused = api.post(&path("deposit"), &fresh_key(), &wrong).await;
    let problem = refused.problem(422, "invalid_request");
    let code = &problem["errors"][0]["code"];
    assert_eq!(code, "currency_mismatch", "{problem}");
    api.succeeds(&path("withdraw"), &take("13.50")).await;
    balance_becomes(&deciders, &card, "0.00").await;
    let wanted = ["fund 10.00", "fund 7.50", "hold 4.00", "withdraw 13.50"];
    assert_eq!(booked(&deciders, &card).await, wanted);
    deciders.books_add_up().await;
}

async fn presentment_nobody_asked_about_leaves_the_card_below_zero(database: Database) {
    let (deciders, card) = with(database, "5.00").await;
    let deferred = format!("cards/{}/present", card.provider_id);
    deciders
        .does(Decider::Finci, &deferred, &shop(&deciders, "8.00"))
        .await;
    balance_becomes(&deciders, &card, "-3.00").await;
    // Nothing is left to be paid back, and nothing is asked for.
    let path = format!("/v1/cards/{}/cancel", card.id);
    let closed = deciders.api().succeeds(&path, &json!({})).await;
    assert_eq!(closed["received"], Value::Null, "{closed}");
    balance_becomes(&deciders, &card, "-3.00").await;
    deciders.books_add_up().await;
}

async fn money_that_comes_back_to_a_closed_card_is_withdrawn(database: Database) {
    let (deciders, card) = with(database, "20.00").await;
    let api = deciders.api();
    let (_, id, _) = deciders.pays(&card, &shop(&deciders, "6.00")).await;
    let path = |what: &str| format!("/v1/cards/{}/{what}", card.id);
    let closed = api.succeeds(&path("cancel"), &json!({})).await;
    assert_eq!(closed["received"], eur("14.00"), "{closed}");
    let reverse = format!("authorizations/{id}/reverse");
    deciders.does(Decider::Finci, &reverse, &json!({})).await;
    balance_becomes(&deciders, &card, "6.00").await;
    let body = json!({ "amount": eur("6.00") });
    let refused = api.post(&path("deposit"), &fresh_key(), &body).await;
    refused.problem(409, "card_closed");
    api.succeeds(&path("withdraw"), &body).await;
    balance_becomes(&deciders, &card, "0.00").await;
    deciders.books_add_up().await;
}

async fn spend_control_and_back_test_see_the_card(database: Database) {
    let (deciders, card) = with(database, "50.00").await;
    let api = deciders.api();
    let rules = json!({ "limits": [{
        "amount": eur("10.00"), "window": { "kind": "per_transaction" },
    }] });
    let body = json!({ "scope": { "cardId": card.id }, "rules": rules });
    let made = api.post("/v1/spend-controls", &fresh_key(), &body).await;
    let made = made.expect(201);
    let enforced = &made["enforcement"][0]["enforcedBy"];
    assert_eq!(enforced, "gateway", "{made}");
    let (approved, ..) = deciders.pays(&card, &shop(&deciders, "10.01")).await;
    assert!(!approved, "beyond its limit");
    let (approved, ..) = deciders.pays(&card, &shop(&deciders, "10.00")).await;
    assert!(approved);
    let (approved, ..) = deciders.pays(&card, &shop(&deciders, "45.00")).await;
    assert!(!approved, "beyond its limit and what is there");
    balance_becomes(&deciders, &card, "40.00").await;
    let without = json!({
        "from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z",
        "rules": [{ "id": made["id"], "remove": true }],
    });
    let path = "/v1/spend-controls/backtest";
    let tested = api.post(path, &fresh_key(), &without).await.expect(200);
    // Only the first would have passed: then there is less than the third asks for, as there was.
    assert_eq!(
        tested["approved"],
        json!({ "before": 1, "after": 2 }),
        "{tested}"
    );
}

async fn issue_whose_answer_is_killed_opens_one_book(database: Database) {
    let mut deciders = Deciders::start(database, setup()).await;
    let mut body = deciders.asked_for(Decider::Finci, OWN_MONEY).await;
    body["initialBalance"] = eur("25.00");
    // The issuer has made the card, and the gateway dies before it has written that down.
    deciders.restart(Some("provider_answered")).await;
    let asked = deciders.api().change("/v1/cards", "once", &body).send();
    assert!(asked.await.is_err(), "nobody answers");
    deciders.world.gateway.ended().await;
    deciders.restart(None).await;
    let cards = deciders.api().all("/v1/cards").await;
    assert_eq!(cards.len(), 1, "{cards:?}");
    let id = cards[0]["id"].as_str().unwrap();
    let card = deciders.spender(Decider::Finci, id).await;
    balance_becomes(&deciders, &card, "25.00").await;
    let again = deciders.api().post("/v1/cards", "once", &body).await;
    assert_eq!(again.expect(201)["id"], id);
    assert_eq!(booked(&deciders, &card).await, ["fund 25.00"]);
    deciders.books_add_up().await;
}
