//! Budgets and their cards.

use serde_json::json;

use crate::support::{Bench, EUR_POOL, USD_POOL, VIRTUAL, budget_body, text};

#[tokio::test]
async fn a_budget_card_is_issued_from_its_budget() {
    let bench = Bench::new().await;
    let data = bench.post("/budget-cards/issue", budget_body()).await["data"].clone();
    assert_eq!(
        (&data["currency"], &data["status"]),
        (&json!("EUR"), &json!("active"))
    );
    assert_eq!(data["sensitive"]["cvc"], "***");
    assert_eq!(text(&data["sensitive"]["number"]).len(), 19);
    assert_eq!(
        bench.look("/state").await["budgets"][0]["balance"],
        "49999.5"
    );
    let id = text(&data["id"]);
    let (_, bare) = bench
        .call(reqwest::Method::GET, "/budget-cards/ext-b", json!({}))
        .await;
    assert_eq!(bare["id"], json!(id));
    bench
        .put("/quirks", json!({"budgetDetails": "wrapped"}))
        .await;
    assert_eq!(bench.get("/budget-cards/ext-b").await["id"], json!(id));
    let secret = bench.get(&format!("/budget-cards/{id}/sensitive")).await;
    assert_eq!(text(&secret["cvc"]).len(), 3);
    assert_eq!(bench.get("/cards/list").await["cards"], json!([]));
    assert_eq!(bench.refused_get(&format!("/cards/{id}")).await, 404);
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let bench = Bench::new().await;
    for (name, value) in [
        ("budgetId", json!(null)),
        ("budgetId", json!(USD_POOL)),
        ("budgetId", json!("unknown")),
        ("typeId", json!(VIRTUAL)),
        ("firstName", json!("A")),
        ("lastName", json!(null)),
    ] {
        let mut body = budget_body();
        body[name] = value;
        assert_eq!(
            bench.refused_post("/budget-cards/issue", body).await,
            400,
            "{name}"
        );
    }
    assert_eq!(bench.look("/state").await["moves"], json!([]));
}

#[tokio::test]
async fn a_budget_is_topped_up_and_spent() {
    let bench = Bench::new().await;
    let card = bench.budget_card().await;
    let path = format!("/budgets/{EUR_POOL}/topup");
    assert_eq!(
        bench.post(&path, json!({"amount": 100.5})).await["data"],
        json!({})
    );
    for amount in [json!(0), json!("5"), json!(2_000_000)] {
        assert_eq!(
            bench.refused_post(&path, json!({"amount": amount})).await,
            400
        );
    }
    assert_eq!(
        bench
            .refused_post("/budgets/unknown/topup", json!({"amount": 5}))
            .await,
        404
    );
    bench
        .spend(&card, json!({"amount": 10, "mcc": "5411"}))
        .await;
    let list = bench
        .get(&format!("/budgets/{EUR_POOL}/transactions"))
        .await;
    let one = &list["transactions"][0];
    assert_eq!(
        (&one["amount"], &one["usdAmount"]),
        (&json!(10), &json!(11))
    );
    assert_eq!(
        (&one["mcc"], &one["card"]["externalId"]),
        (&json!("5411"), &json!("ext-b"))
    );
    assert!(one["transactionDate"].is_string() && one.get("declineReason").is_none());
    assert_eq!((&list["page"], &list["limit"]), (&json!(1), &json!(10)));
    // 50,000 with a fee of 0.50, a top-up of 100.50 and 11 USD spent.
    assert_eq!(bench.look("/state").await["budgets"][0]["balance"], "50089");
    assert_eq!(
        bench.refused_get("/budgets/unknown/transactions").await,
        404
    );
}

#[tokio::test]
async fn velocity_and_the_pool_decline() {
    let bench = Bench::new().await;
    let card = bench.budget_card().await;
    let path = format!("/budget-cards/{card}/velocity");
    let huge = bench.spend(&card, json!({"amount": 60_000})).await;
    assert_eq!(huge["declineReason"], "Insufficient budget balance");
    bench
        .post(&path, json!({"type": "WEEK", "amount": 15}))
        .await;
    assert_eq!(
        bench.spend(&card, json!({"amount": 10})).await["status"],
        "completed"
    );
    let second = bench.spend(&card, json!({"amount": 10})).await;
    assert_eq!(second["declineReason"], "Velocity limit exceeded");
    for bad in [json!({"type": "YEAR", "amount": 1}), json!({"type": "DAY"})] {
        assert_eq!(bench.refused_post(&path, bad).await, 400);
    }
}

#[tokio::test]
async fn a_budget_card_has_a_life_but_no_money() {
    let bench = Bench::new().await;
    let card = bench.budget_card().await;
    let path = |verb: &str| format!("/budget-cards/{card}/{verb}");
    bench.post(&path("freeze"), json!({})).await;
    let declined = bench.spend(&card, json!({"amount": 1})).await;
    assert_eq!(declined["declineReason"], "Card is not active");
    bench.post(&path("unfreeze"), json!({})).await;
    bench.post(&path("pin"), json!({"pin": "2580"})).await;
    bench
        .post(&path("email"), json!({"email": "a@example.test"}))
        .await;
    bench.post(&path("phone"), json!({"phone": "+491"})).await;
    for verb in ["topup", "withdraw"] {
        assert_eq!(
            bench.refused_post(&path(verb), json!({"amount": 5})).await,
            404
        );
    }
    assert_eq!(bench.delete(&path("delete")).await.0, 200);
    assert_eq!(bench.look("/state").await["cards"][0]["status"], "deleted");
}
