//! Issuing and reissuing prepaid cards.

use serde_json::{Value, json};

use crate::support::{BUDGET_EUR, Bench, INACTIVE, VIRTUAL, WITH_CUSTOMER, name_only, text};

async fn refused(bench: &Bench, name: &str, value: Value) -> u16 {
    let mut body = name_only(VIRTUAL, 5, None);
    body[name] = value;
    bench.refused_post("/cards/issue", body).await
}

#[tokio::test]
async fn an_issue_answers_number_and_code_and_takes_price_and_balance() {
    let bench = Bench::new().await;
    let answer = bench
        .post("/cards/issue", name_only(VIRTUAL, 50, Some("ext-1")))
        .await;
    let card = &answer["data"]["card"];
    assert_eq!(text(&card["cardNumber"]).len(), 16);
    assert_eq!(text(&card["cardCVC"]).len(), 3);
    assert_eq!(
        (&card["cardBalance"], &card["brand"]),
        (&json!(50), &json!("visa"))
    );
    assert!(card.get("status").is_none() && card.get("externalCardId").is_none());
    assert_eq!(bench.usd().await, json!(999_949));
    let listed = bench.get("/cards/list").await;
    assert_eq!(listed["cards"][0]["externalCardId"], "ext-1");
    assert_eq!(
        (&listed["page"], &listed["limit"], &listed["totalPages"]),
        (&json!(1), &json!(10), &json!(1))
    );
}

#[tokio::test]
async fn what_cannot_be_issued_is_refused_and_costs_nothing() {
    let bench = Bench::new().await;
    for type_id in [INACTIVE, BUDGET_EUR, WITH_CUSTOMER, "unknown"] {
        assert_eq!(
            refused(&bench, "typeId", json!(type_id)).await,
            400,
            "{type_id}"
        );
    }
    for balance in [
        json!(1.5),
        json!("5"),
        json!(-1),
        json!(null),
        json!(2_000_000),
    ] {
        assert_eq!(
            refused(&bench, "initialBalance", balance.clone()).await,
            400,
            "{balance}"
        );
    }
    for name in ["firstName", "lastName"] {
        assert_eq!(refused(&bench, name, json!("")).await, 400);
    }
    assert_eq!(refused(&bench, "customerId", json!("unknown")).await, 400);
    assert_eq!(bench.usd().await, json!(1_000_000));
    assert_eq!(bench.look("/state").await["cards"], json!([]));
}

#[tokio::test]
async fn a_customer_must_be_verified_granted_and_of_a_served_nationality() {
    let bench = Bench::new().await;
    let body = |customer: &str| json!({"typeId": WITH_CUSTOMER, "initialBalance": 1, "customerId": customer});
    bench
        .put("/script", json!({"nextReviews": ["reject"]}))
        .await;
    let rejected = bench.customer("rejected").await;
    assert_eq!(
        bench.refused_post("/cards/issue", body(&rejected)).await,
        400
    );
    let fresh = bench.customer("active").await;
    assert_eq!(bench.refused_post("/cards/issue", body(&fresh)).await, 403);
    let restricted = json!({"type": "individual", "nationality": "PRK"});
    let restricted = text(&bench.post("/customers", restricted).await["data"]["id"]);
    bench.customer_is(&restricted, "active").await;
    assert_eq!(
        bench.refused_post("/cards/issue", body(&restricted)).await,
        400
    );
    let granted = bench.granted(WITH_CUSTOMER).await;
    bench.post("/cards/issue", body(&granted)).await;
    let listed = bench
        .get(&format!("/cards/list?customerIds={granted}"))
        .await;
    assert_eq!(
        listed["cards"][0]["cardHolder"]["customerId"],
        json!(granted)
    );
}

#[tokio::test]
async fn a_reissue_replaces_the_card() {
    let bench = Bench::new().await;
    let old = bench.card(50).await;
    let answer = bench
        .post(
            "/cards/reissue",
            json!({"cardId": old, "initialBalance": 20}),
        )
        .await;
    let card = &answer["data"]["card"];
    assert!(card.get("cardNumber").is_none() && card.get("cardCVC").is_none());
    assert_eq!(bench.status_of(&old).await, "deleted");
    // Two prices and the new balance; what was on the old card came back.
    assert_eq!(bench.usd().await, json!(999_978));
    let again = json!({"cardId": old, "initialBalance": 20});
    assert_eq!(bench.refused_post("/cards/reissue", again).await, 400);
    bench
        .put("/quirks", json!({"reissueShowsSecrets": true}))
        .await;
    let body = json!({"cardId": card["id"], "initialBalance": 0});
    let answer = bench.post("/cards/reissue", body).await;
    assert!(answer["data"]["card"]["cardNumber"].is_string());
}
