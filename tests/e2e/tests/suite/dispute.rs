//! Transactions contested: opened, decided, taken back, and refused where they make no sense.

use cardmux_e2e::api::fresh_key;
use cardmux_e2e::{Answer, Database, Issuer, Issuers, Setup, eventually, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    dispute_is_opened_decided_and_told_as_events,
    dispute_is_taken_back_and_another_one_opened,
    dispute_that_makes_no_sense_is_refused_before_any_call,
    dispute_whose_answer_is_lost_is_never_opened_twice,
}

async fn start(database: Database) -> Issuers {
    // Transactions are read often, no webhook brings them.
    let setup: Setup = setup().with("/worker/transactions_interval_ms", json!(1000));
    Issuers::start(database, setup, None).await
}

/// A purchase at bfinance with this status, as the gateway knows it.
async fn purchase(issuers: &Issuers, status: &str) -> Value {
    let card = issuers.card_with(Issuer::Bfinance, "50.00").await;
    let route = format!(
        "cards/{}/transactions",
        card["provider"]["ref"].as_str().unwrap()
    );
    let body = json!({ "amount": "12.50", "merchant": "EXAMPLE SHOP", "status": status, "type": "purchase" });
    let made = issuers
        .control(Issuer::Bfinance, Method::POST, &route, Some(body))
        .await;
    let list = format!("/v1/transactions?cardId={}", card["id"].as_str().unwrap());
    eventually("the purchase is known", async || {
        let all = issuers.world.acme.all(&list).await;
        all.into_iter().find(|t| t["providerRef"] == made["id"])
    })
    .await
}

fn about(transaction: &Value) -> Value {
    json!({
        "transactionId": transaction["id"],
        "evidence": "The goods never arrived; the merchant does not answer.",
        "fileUrls": ["https://files.example.com/1.pdf"],
        "externalId": "case-7",
    })
}

async fn open(issuers: &Issuers, transaction: &Value) -> Value {
    let body = about(transaction);
    let answer = issuers.world.acme.finished("/v1/disputes", &body).await;
    answer.expect(201)
}

fn path(dispute: &Value) -> String {
    format!("/v1/disputes/{}", dispute["id"].as_str().unwrap())
}

async fn becomes(issuers: &Issuers, dispute: &Value, status: &str) -> Value {
    eventually(&format!("the dispute is {status}"), async || {
        let dispute = issuers.world.acme.get(&path(dispute)).await.expect(200);
        (dispute["status"] == status).then_some(dispute)
    })
    .await
}

async fn dispute_is_opened_decided_and_told_as_events(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let transaction = purchase(&issuers, "completed").await;
    let dispute = open(&issuers, &transaction).await;
    assert_eq!(dispute["status"], "pending", "{dispute}");
    assert_eq!(dispute["cardId"], transaction["cardId"]);
    assert_eq!(
        dispute["fileUrls"],
        json!(["https://files.example.com/1.pdf"])
    );
    let id = dispute["providerRef"].as_str().unwrap();
    for step in ["review", "accept"] {
        let route = format!("disputes/{id}/{step}");
        issuers
            .control(Issuer::Bfinance, Method::POST, &route, Some(json!({})))
            .await;
        let status = if step == "review" { "in_review" } else { "won" };
        becomes(&issuers, &dispute, status).await;
    }
    let listed = acme.all("/v1/disputes?externalId=case-7&status=won").await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], dispute["id"]);
    let events = acme.all("/v1/events?limit=200").await;
    let told: Vec<&Value> = events
        .iter()
        .filter(|event| event["subject"] == dispute["id"])
        .filter(|event| event["type"].as_str().unwrap().starts_with("dispute."))
        .map(|event| &event["data"]["dispute"]["status"])
        .collect();
    assert_eq!(told, ["pending", "in_review", "won"], "{events:#?}");
    acme.get(&path(&dispute)).await.expect(200);
    let other = issuers.world.key("globex", &[]).await;
    let hidden = other.get(&path(&dispute)).await;
    hidden.problem(404, "resource_not_found");
}

async fn dispute_is_taken_back_and_another_one_opened(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let transaction = purchase(&issuers, "completed").await;
    let dispute = open(&issuers, &transaction).await;
    let second = acme.finished("/v1/disputes", &about(&transaction)).await;
    second.problem(409, "dispute_exists");
    let cancel = format!("{}/cancel", path(&dispute));
    let operation = acme.succeeds(&cancel, &json!({})).await;
    assert_eq!(operation["disputeId"], dispute["id"], "{operation}");
    let cancelled = becomes(&issuers, &dispute, "cancelled").await;
    assert!(cancelled["pendingOperation"].is_null(), "{cancelled}");
    let again = acme.finished(&cancel, &json!({})).await;
    again.problem(409, "dispute_not_open");
    open(&issuers, &transaction).await;
}

async fn dispute_that_makes_no_sense_is_refused_before_any_call(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let pending = purchase(&issuers, "pending").await;
    let calls = issuers.calls(Issuer::Bfinance).await;
    let opened = |calls: &[String]| calls.iter().filter(|c| c.ends_with("/disputes")).count();
    let refused = async |body: Value| acme.finished("/v1/disputes", &body).await;
    let answer = refused(about(&pending)).await;
    answer.problem(409, "transaction_not_settled");
    let mut body = about(&pending);
    body["evidence"] = json!("too short");
    body["fileUrls"] = json!(["http://files.example.com/1.pdf"]);
    let problem = refused(body).await.problem(422, "invalid_request");
    let places: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["/evidence", "/fileUrls/0"], "{problem}");
    let mut body = about(&pending);
    body["transactionId"] = json!("txn_01k9zr3m5wf0ks1b2c3d4e5f6g");
    let problem = refused(body).await.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/transactionId");
    let after = issuers.calls(Issuer::Bfinance).await;
    assert_eq!(opened(&calls), opened(&after), "it was asked all the same");
}

async fn dispute_whose_answer_is_lost_is_never_opened_twice(database: Database) {
    let issuers = start(database).await;
    let acme = &issuers.world.acme;
    let transaction = purchase(&issuers, "completed").await;
    let lost = json!([{ "kind": "drop_after", "path": "/disputes", "times": 1 }]);
    issuers.faults(Issuer::Bfinance, lost).await;
    let key = fresh_key();
    let body = about(&transaction);
    let answer = acme.post("/v1/disputes", &key, &body).await;
    let dispute = answer.expect(202);
    // Nothing lists disputes: a person has to look, and is told what is known.
    let list = format!(
        "/v1/operations?disputeId={}",
        dispute["id"].as_str().unwrap()
    );
    let operation = eventually("a person is asked", async || {
        let operation = acme.all(&list).await.into_iter().next()?;
        (!operation["needsAttention"].is_null()).then_some(operation)
    })
    .await;
    assert_eq!(operation["status"], "unknown", "{operation}");
    let evidence = operation["needsAttention"]["evidence"].as_array().unwrap();
    assert!(!evidence.is_empty(), "{operation}");
    let again = Answer::of(acme.change("/v1/disputes", &key, &body)).await;
    assert!(again.is_replay(), "{again:?}");
    let second = acme.finished("/v1/disputes", &body).await;
    second.problem(409, "dispute_exists");
    let state = issuers.state(Issuer::Bfinance).await;
    let theirs = state["disputes"].as_array().unwrap();
    assert_eq!(theirs.len(), 1, "disputes");
    // The operator looks at the provider and says so; from then on the gateway follows it.
    let operator = issuers.world.key("operator", &["operator"]).await;
    let queue = operator
        .all("/admin/v1/operations?needsAttention=true")
        .await;
    let waiting: Vec<_> = queue
        .iter()
        .map(|w| (&w["tenant"], &w["operation"]["id"]))
        .collect();
    assert_eq!(waiting, [(&json!("acme"), &operation["id"])]);
    let decide = format!(
        "/admin/v1/operations/{}/decide?tenant=acme",
        operation["id"].as_str().unwrap()
    );
    let decided =
        async |body: Value| Answer::of(operator.request(Method::POST, &decide).json(&body)).await;
    let unnamed = decided(json!({ "happened": true })).await;
    let problem = unnamed.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "/providerRef");
    let found = json!({ "happened": true, "providerRef": theirs[0]["id"] });
    let ended = decided(found.clone()).await.expect(200);
    assert_eq!(ended["status"], "succeeded", "{ended}");
    assert!(ended["needsAttention"].is_null(), "{ended}");
    let route = format!("disputes/{}/review", theirs[0]["id"].as_str().unwrap());
    issuers
        .control(Issuer::Bfinance, Method::POST, &route, Some(json!({})))
        .await;
    becomes(&issuers, &dispute, "in_review").await;
    decided(found).await.problem(409, "operation_not_open");
    let queue = operator
        .all("/admin/v1/operations?needsAttention=true")
        .await;
    assert!(queue.is_empty(), "{queue:?}");
    let stranger = Answer::of(
        acme.request(Method::POST, &decide)
            .json(&json!({ "happened": false })),
    );
    stranger.await.problem(403, "forbidden");
}
