//! Switched shapes of the authorization family.

use serde_json::{Value, json};

use crate::endpoint::Manner;
use crate::support::{Bench, text};

#[tokio::test]
async fn advice_without_the_flag_has_the_code_alone() {
    let (bench, endpoint) = Bench::asking().await;
    bench.quirks(json!({"adviceMarker": "code_only"})).await;
    let card = bench.card().await;
    let id = text(&bench.buy(&card, json!({"amount": 5})).await["id"]);
    let advice = endpoint.advice(&id).await;
    assert_eq!(
        (advice.get("advice"), &advice["response_code"]),
        (None, &json!("Approved"))
    );
    assert_eq!(endpoint.arrivals()[0].body["advice"], false);
}

#[tokio::test]
async fn reversal_under_the_same_id_names_no_original() {
    let (bench, endpoint) = Bench::asking().await;
    bench.quirks(json!({"reversalId": "same"})).await;
    let card = bench.card().await;
    let id = text(&bench.buy(&card, json!({"amount": 5})).await["id"]);
    bench
        .make(&format!("/authorizations/{id}/reverse"), json!({}))
        .await;
    let sent = endpoint.find(|body| body["type"] == "Reversal").await.body;
    assert_eq!((&sent["id"], sent.get("original_id")), (&json!(id), None));
}

#[tokio::test]
async fn answers_are_read_in_the_older_words_where_asked() {
    let (bench, endpoint) = Bench::asking().await;
    bench
        .quirks(json!({"answerWords": "approve_decline"}))
        .await;
    let card = bench.card().await;
    for (said, answered) in [
        (r#"{"status":"approve"}"#, "success"),
        (r#"{"status":"decline"}"#, "error"),
        (r#"{"status":"success"}"#, "none"),
    ] {
        endpoint.answers(Manner::Say(200, said));
        let told = bench.buy(&card, json!({"amount": 5})).await;
        assert_eq!(told["answered"], answered);
    }
}

#[tokio::test]
async fn decline_has_another_word_where_asked() {
    let (bench, endpoint) = Bench::asking().await;
    bench.quirks(json!({"declineCode": "Declined"})).await;
    let card = bench.card().await;
    endpoint.answers(crate::endpoint::DECLINE);
    let told = bench.buy(&card, json!({"amount": 5})).await;
    assert_eq!(told["response_code"], "Declined");
}

#[tokio::test]
async fn one_url_takes_transactions_as_well() {
    let (bench, endpoint) = Bench::asking().await;
    bench.quirks(json!({"oneUrl": true})).await;
    let card = bench.card().await;
    bench
        .make(&format!("/cards/{card}/present"), json!({"amount": 1}))
        .await;
    bench
        .make(&format!("/cards/{card}/return"), json!({"amount": 1}))
        .await;
    for arrival in endpoint.after(2).await {
        assert_eq!(arrival.path, "/authorizations");
    }
}

#[tokio::test]
async fn masked_number_is_carried_where_asked_and_no_other() {
    let (bench, endpoint) = Bench::asking().await;
    bench.quirks(json!({"maskedPan": true})).await;
    let person = bench.owner().await;
    let card = bench.card_of(&person).await;
    let list = bench.post("/get-cards", json!({"person_id": person})).await;
    let mask = list["items"][0]["card_number"].clone();
    bench.buy(&card, json!({"amount": 1})).await;
    bench
        .make(&format!("/cards/{card}/present"), json!({"amount": 1}))
        .await;
    for arrival in endpoint.after(3).await {
        assert_eq!(arrival.body["card_number"], mask);
    }
    bench.quirks(json!({})).await;
    bench.buy(&card, json!({"amount": 1})).await;
    let plain: Value = endpoint.after(5).await.pop().unwrap().body;
    assert!(plain.get("card_number").is_none());
}
