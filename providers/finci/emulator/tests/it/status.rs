//! The two axes of a card.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, CORPORATE_VIRTUAL, card_body, company_card_body, text};

async fn set(bench: &Bench, card: &str, status: &str) -> Value {
    let path = format!("/update-card-status/{card}");
    bench.patch(&path, json!({"token_status": status})).await
}

async fn refused(bench: &Bench, path: &str, body: Value) -> String {
    let (status, code) = bench.refused(Method::PATCH, path, &body).await;
    assert_eq!(status, 200);
    code
}

async fn status_of(bench: &Bench, card: &str) -> String {
    text(&bench.card_state(card).await["token_status"])
}

#[tokio::test]
async fn status_set_is_answered_with_the_card_and_no_echo() {
    let bench = Bench::new().await;
    let card = bench.card().await;
    for status in [
        "deactivated",
        "deactivated",
        "active",
        "referral",
        "active",
        "lost",
    ] {
        let answer = set(&bench, &card, status).await;
        let expected = json!({"status": "success", "errors": [], "token_id": card});
        assert_eq!(answer, expected);
        assert_eq!(status_of(&bench, &card).await, status);
    }
}

#[tokio::test]
async fn status_end_is_left_by_no_call() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    for end in [
        "blocked",
        "closed",
        "compromized",
        "damaged",
        "lost",
        "stolen",
    ] {
        let card = bench.card_of(&person).await;
        set(&bench, &card, end).await;
        let path = format!("/update-card-status/{card}");
        for to in ["active", "deactivated"] {
            let code = refused(&bench, &path, json!({"token_status": to})).await;
            assert_eq!(code, "ILLEGAL_STATUS", "{end} to {to}");
        }
        set(&bench, &card, end).await;
        assert_eq!(status_of(&bench, &card).await, end);
    }
}

#[tokio::test]
async fn status_new_becomes_active_and_is_never_set() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    let mut body = card_body(&person);
    body["token_status"] = json!("new");
    let card = text(&bench.post("/create-card", body).await["token_id"]);
    let path = format!("/update-card-status/{card}");
    for (body, code) in [
        (json!({"token_status": "new"}), "INVALID_FIELD:token_status"),
        (
            json!({"token_status": "compromised"}),
            "INVALID_FIELD:token_status",
        ),
        (json!({}), "MISSING_FIELD:token_status"),
        (json!({"token_status": "deactivated"}), "ILLEGAL_STATUS"),
    ] {
        assert_eq!(refused(&bench, &path, body).await, code);
    }
    set(&bench, &card, "active").await;
    let unknown = "/update-card-status/70012000999999999999";
    let body = json!({"token_status": "active"});
    assert_eq!(refused(&bench, unknown, body).await, "NOT_FOUND");
}

#[tokio::test]
async fn status_arrows_follow_the_quirks() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    bench
        .quirks(json!({"blocked": "temporary", "deactivated": "permanent"}))
        .await;
    let card = bench.card_of(&person).await;
    set(&bench, &card, "blocked").await;
    set(&bench, &card, "active").await;
    set(&bench, &card, "deactivated").await;
    let path = format!("/update-card-status/{card}");
    let back = json!({"token_status": "active"});
    assert_eq!(refused(&bench, &path, back).await, "ILLEGAL_STATUS");
    bench.quirks(json!({"transitions": "any"})).await;
    set(&bench, &card, "closed").await;
    set(&bench, &card, "active").await;
}

#[tokio::test]
async fn stage_orders_a_plastic_that_only_finci_delivers() {
    let bench = Bench::new().await;
    let (_, employee) = bench.company().await;
    let body = company_card_body(&employee, CORPORATE_VIRTUAL);
    let card = text(&bench.post("/create-card", body).await["token_id"]);
    let path = format!("/update-card-stage/{card}");
    let control = format!("/cards/{card}/delivered");
    let early = bench.control(Method::POST, &control, json!({})).await;
    assert_eq!(early.0, 409);
    let order = json!({"token_stage": "plastic_not_delivered"});
    let answer = bench.patch(&path, order.clone()).await;
    let expected = json!({"status": "success", "errors": [], "token_id": card});
    assert_eq!(answer, expected);
    for (stage, code) in [
        ("plastic_delivered", "INVALID_FIELD:token_stage"),
        ("digital", "ILLEGAL_STATUS"),
    ] {
        let body = json!({"token_stage": stage});
        assert_eq!(refused(&bench, &path, body).await, code);
    }
    bench.make(&control, json!({})).await;
    let state = bench.card_state(&card).await;
    assert_eq!(
        (&state["token_stage"], &state["token_status"]),
        (&json!("plastic_delivered"), &json!("active"))
    );
    let unknown = bench.control(Method::POST, "/cards/1/delivered", json!({}));
    assert_eq!(unknown.await.0, 404);
}

#[tokio::test]
async fn stage_of_a_product_without_plastic_stays_digital() {
    let bench = Bench::new().await;
    let card = bench.card().await;
    let path = format!("/update-card-stage/{card}");
    bench.patch(&path, json!({"token_stage": "digital"})).await;
    let order = json!({"token_stage": "plastic_not_delivered"});
    let code = refused(&bench, &path, order).await;
    assert_eq!(code, "INVALID_FIELD:token_stage");
}

#[tokio::test]
async fn stage_delivered_is_settable_where_asked() {
    let bench = Bench::quirky(json!({"deliveredSettable": true})).await;
    let (_, employee) = bench.company().await;
    let body = company_card_body(&employee, CORPORATE_VIRTUAL);
    let card = text(&bench.post("/create-card", body).await["token_id"]);
    let path = format!("/update-card-stage/{card}");
    let delivered = json!({"token_stage": "plastic_delivered"});
    bench.patch(&path, delivered).await;
    let state = bench.card_state(&card).await;
    assert_eq!(state["token_stage"], "plastic_delivered");
}

#[tokio::test]
async fn status_changed_by_finci_is_invisible_to_the_api() {
    let bench = Bench::new().await;
    let person = bench.owner().await;
    let card = bench.card_of(&person).await;
    let before = bench.post("/get-cards", json!({"person_id": person})).await;
    let body = json!({"token_status": "blocked"});
    bench.make(&format!("/cards/{card}/status"), body).await;
    let after = bench.post("/get-cards", json!({"person_id": person})).await;
    assert_eq!(before, after);
    assert_eq!(status_of(&bench, &card).await, "blocked");
    let body = json!({"token_status": "new"});
    bench.make(&format!("/cards/{card}/status"), body).await;
    assert_eq!(status_of(&bench, &card).await, "new");
}
