//! FINCI's own acceptance list (dossier section 11), line by line: records, card, status, approved,
//! declined, advice, timeout, repeated delivery, clearing, reversal, return; and the same for
//! bfinance's budget cards as far as they go.

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::{Database, Decider, Deciders, Spender, on_both_databases, wait_until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    finci_acceptance_list_is_met,
    status_of_a_card_decides_before_anything_else,
    request_sent_twice_gets_one_answer_and_one_hold,
    advice_overrules_what_we_said,
    presentments_of_more_and_less_and_without_authorization_are_booked,
    bfinance_asks_and_its_transactions_go_on_with_the_hold,
    budget_carries_cards_of_two_issuers,
    stranger_and_garbage_at_the_authorizations_path_are_refused,
    withdrawal_beyond_what_is_available_is_refused,
}

async fn start(database: Database) -> Deciders {
    Deciders::start(database, setup()).await
}

async fn finci(database: Database, amount: &str) -> (Deciders, String, Spender) {
    let deciders = start(database).await;
    let budget = deciders.budget(amount, "EUR").await;
    let card = deciders.card(Decider::Finci, &budget).await;
    (deciders, budget, card)
}

fn shop(deciders: &Deciders, amount: &str) -> Value {
    deciders.purchase(Decider::Finci, amount, "5411", "SHOP")
}

/// The kinds of a budget's ledger entries, oldest first.
async fn entries(deciders: &Deciders, budget: &str) -> Vec<(String, String)> {
    let all = deciders
        .api()
        .all(&format!("/v1/budgets/{budget}/entries"))
        .await;
    let entry = |e: &Value| {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        (text(&e["kind"]), text(&e["amount"]["amount"]))
    };
    all.iter().rev().map(entry).collect()
}

async fn finci_acceptance_list_is_met(database: Database) {
    // Records, and a card on them: a person, an account, a card.
    let (deciders, budget, card) = finci(database, "100.00").await;
    let (_, state) = deciders
        .control(Decider::Finci, Method::GET, "state", None)
        .await;
    assert_eq!(state["cards"].as_array().unwrap().len(), 1, "{state}");

    // Change status and see the effect.
    let api = deciders.api();
    let path = format!("/v1/cards/{}", card.id);
    api.succeeds(&format!("{path}/freeze"), &json!({})).await;
    api.settled(&card.id, "frozen").await;
    let (approved, ..) = deciders.pays(&card, &shop(&deciders, "1.00")).await;
    assert!(!approved, "a frozen card pays nothing");
    api.succeeds(&format!("{path}/unfreeze"), &json!({})).await;
    api.settled(&card.id, "active").await;

    // Approved, and the advice received.
    let (approved, id, answer) = deciders.pays(&card, &shop(&deciders, "30.00")).await;
    assert!(approved, "{answer}");
    assert_eq!(answer["answered"], "success", "{answer}");
    let authorization = deciders
        .authorization(&card, &id, |a| a["status"] == "held")
        .await;
    assert_eq!(authorization["verdict"], "approve", "{authorization}");
    deciders
        .ledger_becomes(&budget, ["70.00", "30.00", "0.00"])
        .await;

    // Declined: there is not that much.
    let (approved, declined, _) = deciders.pays(&card, &shop(&deciders, "70.01")).await;
    assert!(!approved);
    let authorization = deciders
        .authorization(&card, &declined, |a| a["status"] == "declined")
        .await;
    let reasons = &authorization["reasons"];
    assert_eq!(reasons[0]["code"], "insufficient_funds", "{authorization}");

    // Cleared, its presentment delivered twice.
    let mode = json!({"mode": "duplicate"});
    let (status, _) = deciders
        .control(Decider::Finci, Method::PUT, "webhooks", Some(&mode))
        .await;
    assert!(status < 300);
    let presented = format!("authorizations/{id}/present");
    let presentment = deciders.does(Decider::Finci, &presented, &json!({})).await;
    deciders
        .ledger_becomes(&budget, ["70.00", "0.00", "30.00"])
        .await;

    // Returned, in part.
    let transaction = presentment["transaction_id"].as_str().unwrap();
    let path = format!("transactions/{transaction}/return");
    deciders
        .does(Decider::Finci, &path, &json!({"amount": "10.00"}))
        .await;
    deciders
        .ledger_becomes(&budget, ["80.00", "0.00", "20.00"])
        .await;

    // Reversed before it is presented.
    let (_, id, _) = deciders.pays(&card, &shop(&deciders, "5.00")).await;
    let path = format!("authorizations/{id}/reverse");
    deciders.does(Decider::Finci, &path, &json!({})).await;
    deciders
        .authorization(&card, &id, |a| a["status"] == "reversed")
        .await;
    deciders
        .ledger_becomes(&budget, ["80.00", "0.00", "20.00"])
        .await;

    // Once each, whatever came twice.
    let booked = entries(&deciders, &budget).await;
    let wanted = [
        ("fund", "100.00"),
        ("hold", "30.00"),
        ("post", "30.00"),
        ("return", "10.00"),
        ("hold", "5.00"),
        ("release", "5.00"),
    ];
    let wanted = wanted.map(|(kind, amount)| (kind.to_owned(), amount.to_owned()));
    assert_eq!(booked, wanted);

    // One life cycle, one transaction, and what undid it beside it.
    let path = format!("/v1/transactions?cardId={}", card.id);
    let transactions = deciders.api().all(&path).await;
    let kinds: Vec<_> = transactions.iter().rev().map(|t| &t["type"]).collect();
    let wanted = [
        "purchase", "purchase", "purchase", "refund", "purchase", "reversal",
    ];
    assert_eq!(kinds, wanted, "{transactions:?}");
}

async fn status_of_a_card_decides_before_anything_else(database: Database) {
    let (deciders, budget, card) = finci(database, "10.00").await;
    // FINCI would let it pass; we do not: the registry says frozen.
    let quirks = json!({"inactiveAsks": true});
    let (status, _) = deciders
        .control(Decider::Finci, Method::PUT, "quirks", Some(&quirks))
        .await;
    assert!(status < 300);
    let path = format!("/v1/cards/{}/freeze", card.id);
    deciders.api().succeeds(&path, &json!({})).await;
    let (approved, id, answer) = deciders.pays(&card, &shop(&deciders, "1.00")).await;
    assert!(!approved);
    assert_eq!(answer["answered"], "error", "{answer}");
    let authorization = deciders.authorization(&card, &id, |_| true).await;
    assert_eq!(authorization["reasons"][0]["code"], "card_not_active");
    deciders
        .ledger_becomes(&budget, ["10.00", "0.00", "0.00"])
        .await;
}

async fn request_sent_twice_gets_one_answer_and_one_hold(database: Database) {
    let (mut deciders, budget, card) = finci(database, "10.00").await;
    let (_, id, _) = deciders.pays(&card, &shop(&deciders, "6.00")).await;
    let repeat = format!("authorizations/{id}/repeat");
    for _ in 0..3 {
        let again = deciders.does(Decider::Finci, &repeat, &json!({})).await;
        assert_eq!(again["answered"], "success", "{again}");
    }
    // Also after the gateway was killed, and although there would not be enough now.
    deciders.restart(None).await;
    let again = deciders.does(Decider::Finci, &repeat, &json!({})).await;
    assert_eq!(again["answered"], "success", "{again}");
    deciders
        .ledger_becomes(&budget, ["4.00", "6.00", "0.00"])
        .await;
}

async fn advice_overrules_what_we_said(database: Database) {
    let (deciders, budget, card) = finci(database, "10.00").await;
    // We say yes, the network is told no.
    let mut purchase = shop(&deciders, "4.00");
    purchase["response_code"] = json!("DoNotHonor");
    let (_, id, answer) = deciders.pays(&card, &purchase).await;
    assert_eq!(answer["answered"], "success", "{answer}");
    let authorization = deciders
        .authorization(&card, &id, |a| a["status"] == "declined")
        .await;
    assert_eq!(authorization["decidedBy"], "provider", "{authorization}");
    deciders
        .ledger_becomes(&budget, ["10.00", "0.00", "0.00"])
        .await;
    // We say no, the network is told yes: it is held, although there is not that much.
    let mut purchase = shop(&deciders, "11.00");
    purchase["response_code"] = json!("Approved");
    let (_, id, answer) = deciders.pays(&card, &purchase).await;
    assert_eq!(answer["answered"], "error", "{answer}");
    deciders
        .authorization(&card, &id, |a| a["status"] == "held")
        .await;
    deciders
        .ledger_becomes(&budget, ["-1.00", "11.00", "0.00"])
        .await;
    // Nobody asked us at all.
    let advise = format!("cards/{}/advise", card.provider_id);
    let advised = deciders
        .does(Decider::Finci, &advise, &shop(&deciders, "2.00"))
        .await;
    let id = advised["id"].as_str().unwrap();
    let authorization = deciders
        .authorization(&card, id, |a| a["status"] == "held")
        .await;
    assert_eq!(authorization["verdict"], Value::Null, "{authorization}");
    deciders
        .ledger_becomes(&budget, ["-3.00", "13.00", "0.00"])
        .await;
}

async fn presentments_of_more_and_less_and_without_authorization_are_booked(database: Database) {
    let (deciders, budget, card) = finci(database, "20.00").await;
    let (_, id, _) = deciders.pays(&card, &shop(&deciders, "10.00")).await;
    let present = format!("authorizations/{id}/present");
    deciders
        .does(Decider::Finci, &present, &json!({"amount": "4.00"}))
        .await;
    // The rest may still be presented: it stays held.
    deciders
        .ledger_becomes(&budget, ["10.00", "6.00", "4.00"])
        .await;
    // Three more than is held, and a fee.
    deciders
        .does(
            Decider::Finci,
            &present,
            &json!({"amount": "9.00", "fee": "0.50"}),
        )
        .await;
    deciders
        .ledger_becomes(&budget, ["6.50", "0.00", "13.00"])
        .await;
    // Deferred: posts whatever is there, and shows it.
    let deferred = format!("cards/{}/present", card.provider_id);
    deciders
        .does(Decider::Finci, &deferred, &shop(&deciders, "8.00"))
        .await;
    deciders
        .ledger_becomes(&budget, ["-1.50", "0.00", "21.00"])
        .await;
    let (approved, ..) = deciders.pays(&card, &shop(&deciders, "0.01")).await;
    assert!(!approved, "nothing is available");
}

async fn bfinance_asks_and_its_transactions_go_on_with_the_hold(database: Database) {
    let deciders = start(database).await;
    let budget = deciders.budget("50.00", "EUR").await;
    let card = deciders.card(Decider::Bfinance, &budget).await;
    let purchase = |amount| deciders.purchase(Decider::Bfinance, amount, "5411", "SHOP");
    let (approved, id, answer) = deciders.pays(&card, &purchase("20.00")).await;
    assert!(approved, "{answer}");
    deciders
        .ledger_becomes(&budget, ["30.00", "20.00", "0.00"])
        .await;
    let (approved, declined, answer) = deciders.pays(&card, &purchase("30.01")).await;
    assert!(!approved, "{answer}");
    deciders
        .authorization(&card, &declined, |a| a["status"] == "declined")
        .await;
    // Settled for less than was held.
    let settle = format!(
        "transactions/{}/completed",
        answer_id(&answer_of(&deciders, &id).await)
    );
    deciders
        .does(Decider::Bfinance, &settle, &json!({"amount": "15.00"}))
        .await;
    deciders
        .authorization(&card, &id, |a| a["status"] == "posted")
        .await;
    deciders
        .ledger_becomes(&budget, ["30.00", "5.00", "15.00"])
        .await;
    // Taken back whole.
    let (_, id, answer) = deciders.pays(&card, &purchase("1.00")).await;
    deciders
        .authorization(&card, &id, |a| a["status"] == "held")
        .await;
    let reverse = format!("transactions/{}/reversed", answer_id(&answer));
    deciders.does(Decider::Bfinance, &reverse, &json!({})).await;
    deciders
        .authorization(&card, &id, |a| a["status"] == "reversed")
        .await;
    deciders
        .ledger_becomes(&budget, ["30.00", "5.00", "15.00"])
        .await;
}

fn answer_id(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

/// The transaction of an authorization in bfinance's books.
async fn answer_of(deciders: &Deciders, authorization: &str) -> Value {
    let (_, state) = deciders
        .control(Decider::Bfinance, Method::GET, "state", None)
        .await;
    let transactions = state["transactions"].as_array().unwrap();
    let found = transactions
        .iter()
        .find(|t| t["authorizationId"] == authorization);
    found.cloned().unwrap_or_else(|| panic!("{state}"))
}

async fn budget_carries_cards_of_two_issuers(database: Database) {
    let deciders = start(database).await;
    let budget = deciders.budget("10.00", "EUR").await;
    let finci = deciders.card(Decider::Finci, &budget).await;
    let bfinance = deciders.card(Decider::Bfinance, &budget).await;
    let (approved, ..) = deciders.pays(&finci, &shop(&deciders, "6.00")).await;
    assert!(approved);
    let purchase = |amount| deciders.purchase(Decider::Bfinance, amount, "5411", "SHOP");
    let (approved, ..) = deciders.pays(&bfinance, &purchase("4.01")).await;
    assert!(!approved, "the other card has taken it");
    let (approved, ..) = deciders.pays(&bfinance, &purchase("4.00")).await;
    assert!(approved);
    deciders
        .ledger_becomes(&budget, ["0.00", "10.00", "0.00"])
        .await;
    // One budget, one currency.
    let dollars = deciders.budget("10.00", "USD").await;
    let type_id = deciders.world.type_id(Decider::Bfinance.card_type()).await;
    let body = json!({
        "typeId": type_id, "budgetId": dollars,
        "cardholder": { "firstName": "Ada", "lastName": "Lovelace" },
    });
    let refused = deciders.api().post("/v1/cards", &fresh_key(), &body).await;
    let problem = refused.problem(422, "invalid_request");
    let code = &problem["errors"][0]["code"];
    assert_eq!(*code, "currency_mismatch", "{problem}");
}

async fn stranger_and_garbage_at_the_authorizations_path_are_refused(database: Database) {
    let (deciders, budget, card) = finci(database, "10.00").await;
    let api = deciders.api();
    let ask = async |path: &str, body: &str| {
        let request = api
            .bare(Method::POST, path)
            .header("Content-Type", "application/json")
            .body(body.to_owned());
        cardmux_e2e::Answer::of(request).await
    };
    let path = "/hooks/finci_main/authorizations";
    for garbage in [
        "",
        "{",
        "[]",
        "null",
        r#"{"id": 5}"#,
        r#"{"type":"Authorization"}"#,
    ] {
        let answer = ask(path, garbage).await;
        assert!((400..500).contains(&answer.status), "{garbage}: {answer:?}");
    }
    // Of a card nobody knows: answered, and nothing written.
    let unknown = r#"{"id":"1","advice":false,"type":"Authorization","token_id":"70012000000000009999","account_id":"1","amount":"1.00","currency":"EUR","merchant":{},"created_at":"2026-01-15T10:00:00Z"}"#;
    let answer = ask(path, unknown).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["status"], "error", "{answer:?}");
    for elsewhere in [
        "/hooks/fincard_main/authorizations",
        "/hooks/nobody/authorizations",
    ] {
        ask(elsewhere, unknown)
            .await
            .problem(404, "resource_not_found");
    }
    let path = format!("/v1/authorizations?cardId={}", card.id);
    assert!(api.all(&path).await.is_empty());
    deciders
        .ledger_becomes(&budget, ["10.00", "0.00", "0.00"])
        .await;
}

async fn withdrawal_beyond_what_is_available_is_refused(database: Database) {
    let (deciders, budget, card) = finci(database, "10.00").await;
    deciders.pays(&card, &shop(&deciders, "4.00")).await;
    let path = format!("/v1/budgets/{budget}/withdraw");
    let eur = |amount: &str| json!({"amount": {"amount": amount, "currency": "EUR"}});
    let api = deciders.api();
    let key = fresh_key();
    let refused = api.post(&path, &fresh_key(), &eur("6.01")).await;
    refused.problem(422, "insufficient_funds");
    let done = api.post(&path, &key, &eur("6.00")).await.expect(200);
    assert_eq!(done["status"], "succeeded", "{done}");
    // The same request again moves nothing.
    let again = api.post(&path, &key, &eur("6.00")).await.expect(200);
    assert_eq!(again["id"], done["id"]);
    wait_until("the hold is all there is", async || {
        deciders.ledger(&budget).await["available"]["amount"] == "0.00"
    })
    .await;
}
