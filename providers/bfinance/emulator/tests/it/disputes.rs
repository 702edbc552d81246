//! Disputes, from opening to refund.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, text};

const EVIDENCE: &str = "The goods never came.";

async fn disputed(bench: &Bench) -> (String, String) {
    let card = bench.card(100).await;
    let bought = bench.spend(&card, json!({"amount": 40})).await;
    let body = json!({"cardId": card, "transactionId": bought["transactionId"],
        "textEvidence": EVIDENCE, "files": ["https://files.example/1"]});
    let data = bench.post("/disputes", body).await["data"].clone();
    assert_eq!(
        (&data["status"], &data["textEvidence"]),
        (&json!("pending"), &json!(EVIDENCE))
    );
    (card, text(&data["id"]))
}

async fn status(bench: &Bench, id: &str) -> Value {
    bench.get(&format!("/disputes/{id}/status")).await
}

#[tokio::test]
async fn an_accepted_dispute_is_refunded_and_closed() {
    let bench = Bench::new().await;
    let (card, id) = disputed(&bench).await;
    let early = format!("/disputes/{id}/accept");
    assert_eq!(bench.control(Method::POST, &early, json!({})).await.0, 409);
    bench.make(&format!("/disputes/{id}/review")).await;
    assert_eq!(
        status(&bench, &id).await,
        json!({"id": id, "status": "reviewing"})
    );
    assert_eq!(
        bench
            .refused_post(&format!("/disputes/{id}/cancel"), json!({}))
            .await,
        400
    );
    let path = format!("/disputes/{id}/accept");
    bench
        .control(Method::POST, &path, json!({"reason": "Refunded"}))
        .await;
    assert_eq!(status(&bench, &id).await["response"], "Refunded");
    assert_eq!(bench.balance_of(&card).await, json!(100));
    bench.make(&format!("/disputes/{id}/close")).await;
    assert_eq!(status(&bench, &id).await["status"], "closed");
}

#[tokio::test]
async fn a_rejected_dispute_moves_nothing() {
    let bench = Bench::new().await;
    let (card, id) = disputed(&bench).await;
    bench.make(&format!("/disputes/{id}/review")).await;
    bench.make(&format!("/disputes/{id}/reject")).await;
    assert_eq!(bench.balance_of(&card).await, json!(60));
}

#[tokio::test]
async fn a_pending_dispute_can_be_cancelled_and_opened_anew() {
    let bench = Bench::new().await;
    let (card, id) = disputed(&bench).await;
    let bought = bench.look("/state").await["transactions"][0]["id"].clone();
    let body = json!({"cardId": card, "transactionId": bought, "textEvidence": EVIDENCE});
    assert_eq!(bench.refused_post("/disputes", body.clone()).await, 409);
    let cancel = format!("/disputes/{id}/cancel");
    assert_eq!(
        bench.post(&cancel, json!({})).await["data"]["status"],
        "cancelled"
    );
    assert_eq!(bench.refused_post(&cancel, json!({})).await, 400);
    bench.post("/disputes", body).await;
}

#[tokio::test]
async fn cancelling_may_last_until_the_decision() {
    let bench = Bench::quirky(json!({"disputeCancel": "before_decision"})).await;
    let (_, id) = disputed(&bench).await;
    bench.make(&format!("/disputes/{id}/review")).await;
    bench
        .post(&format!("/disputes/{id}/cancel"), json!({}))
        .await;
}

#[tokio::test]
async fn only_completed_transactions_with_evidence_qualify() {
    let bench = Bench::new().await;
    let card = bench.card(100).await;
    let pending = bench
        .spend(&card, json!({"amount": 1, "status": "pending"}))
        .await["id"]
        .clone();
    let body = |transaction: &Value, evidence: &str| json!({"cardId": card, "transactionId": transaction, "textEvidence": evidence});
    assert_eq!(
        bench
            .refused_post("/disputes", body(&pending, EVIDENCE))
            .await,
        400
    );
    let bought = bench.spend(&card, json!({"amount": 1})).await["id"].clone();
    for evidence in ["too short".to_owned(), "x".repeat(65_536)] {
        assert_eq!(
            bench
                .refused_post("/disputes", body(&bought, &evidence))
                .await,
            400
        );
    }
    assert_eq!(
        bench
            .refused_post("/disputes", body(&json!("unknown"), EVIDENCE))
            .await,
        404
    );
    let mut files = body(&bought, EVIDENCE);
    files["files"] = json!(["no url"]);
    assert_eq!(bench.refused_post("/disputes", files).await, 400);
    assert_eq!(bench.refused_get("/disputes/unknown/status").await, 404);
    bench
        .put("/quirks", json!({"disputeFilesRequired": true}))
        .await;
    assert_eq!(
        bench
            .refused_post("/disputes", body(&bought, EVIDENCE))
            .await,
        400
    );
}
