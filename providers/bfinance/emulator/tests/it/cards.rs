//! A prepaid card's life.

use serde_json::json;

use crate::support::{Bench, text};

#[tokio::test]
async fn details_mask_and_reveal_shows() {
    let bench = Bench::new().await;
    let card = bench.card_named(50, Some("ext-1")).await;
    let shown = bench.get("/cards/ext-1").await;
    assert_eq!(shown["id"], json!(card));
    assert_eq!(shown["balance"], json!({"value": 50, "currency": "USD"}));
    assert_eq!(shown["sensetive"]["cvc"], "***");
    let secret = bench.get(&format!("/cards/{card}/sensetive")).await;
    assert_eq!(text(&secret["number"]).len(), 16);
    assert_eq!(
        (text(&secret["cvc"]).len(), text(&secret["expire"]).len()),
        (3, 5)
    );
    assert_eq!(
        bench.refused_get(&format!("/cards/{card}/sensitive")).await,
        404
    );
    assert_eq!(bench.refused_get("/cards/ext-1/sensetive").await, 404);
}

#[tokio::test]
async fn topup_and_withdraw_move_money_and_keep_their_limits() {
    let bench = Bench::new().await;
    let card = bench.card(50).await;
    let (up, down) = (
        format!("/cards/{card}/topup"),
        format!("/cards/{card}/withdraw"),
    );
    let answer = bench.post(&up, json!({"amount": 25.5, "note": "n"})).await;
    assert!(answer["message"].is_string() && answer.get("data").is_none());
    assert_eq!(bench.balance_of(&card).await, json!(75.5));
    bench.post(&down, json!({"amount": 0.25})).await;
    assert_eq!(bench.balance_of(&card).await, json!(75.25));
    assert_eq!(bench.usd().await, json!(999_923.75));
    for amount in [
        json!(1),
        json!(1.005),
        json!("5"),
        json!(-5),
        json!(null),
        json!(2_000_000),
    ] {
        assert_eq!(
            bench.refused_post(&up, json!({"amount": amount})).await,
            400,
            "{amount}"
        );
    }
    for amount in [json!(75.26), json!(0), json!("5")] {
        assert_eq!(
            bench.refused_post(&down, json!({"amount": amount})).await,
            400,
            "{amount}"
        );
    }
    bench.post(&up, json!({"amount": 1.01})).await;
    assert_eq!(
        bench
            .refused_post("/cards/unknown/topup", json!({"amount": 5}))
            .await,
        404
    );
}

#[tokio::test]
async fn a_card_is_frozen_unfrozen_and_deleted() {
    let bench = Bench::new().await;
    let card = bench.card(5).await;
    let path = |verb: &str| format!("/cards/{card}/{verb}");
    let answer = bench.post(&path("freeze"), json!({})).await;
    assert_eq!(answer["message"], "Card has been frozen");
    assert_eq!(bench.status_of(&card).await, "frozen");
    assert_eq!(bench.refused_post(&path("freeze"), json!({})).await, 400);
    bench.post(&path("unfreeze"), json!({})).await;
    assert_eq!(bench.refused_post(&path("unfreeze"), json!({})).await, 400);
    assert_eq!(bench.delete(&path("delete")).await.0, 400);
    bench.post(&path("withdraw"), json!({"amount": 5})).await;
    assert_eq!(bench.delete(&path("delete")).await.0, 200);
    assert_eq!(bench.status_of(&card).await, "deleted");
    assert_eq!(bench.delete(&path("delete")).await.0, 400);
    for verb in ["freeze", "unfreeze", "topup", "withdraw", "pin", "email"] {
        let body = json!({"amount": 5, "pin": "2580", "email": "a@example.test"});
        assert_eq!(bench.refused_post(&path(verb), body).await, 400, "{verb}");
    }
}

#[tokio::test]
async fn a_blocked_or_expired_card_stays_so() {
    for (verb, status) in [("block", "blocked"), ("expire", "expired")] {
        let bench = Bench::new().await;
        let card = bench.card(5).await;
        bench.make(&format!("/cards/{card}/{verb}")).await;
        assert_eq!(bench.status_of(&card).await, status);
        for change in ["freeze", "unfreeze"] {
            let path = format!("/cards/{card}/{change}");
            assert_eq!(bench.refused_post(&path, json!({})).await, 400);
        }
        assert_eq!(bench.balance_of(&card).await, json!(5));
    }
}

#[tokio::test]
async fn pins_follow_the_policy() {
    let bench = Bench::new().await;
    let card = bench.card(0).await;
    let path = format!("/cards/{card}/pin");
    for pin in [
        "1234", "0123", "4567", "0000", "9999", "258", "25801", "25a0", "",
    ] {
        assert_eq!(
            bench.refused_post(&path, json!({"pin": pin})).await,
            400,
            "{pin}"
        );
    }
    assert_eq!(bench.refused_post(&path, json!({"pin": 2580})).await, 400);
    bench.post(&path, json!({"pin": "2580"})).await;
    assert_eq!(bench.look("/state").await["cards"][0]["pinSet"], true);
    bench.put("/quirks", json!({"pinPolicy": "guide"})).await;
    bench.post(&path, json!({"pin": "258014"})).await;
    assert_eq!(bench.refused_post(&path, json!({"pin": "1234"})).await, 400);
    bench.put("/quirks", json!({"pinPolicy": "none"})).await;
    bench.post(&path, json!({"pin": "1234"})).await;
}

#[tokio::test]
async fn limits_are_shown_set_used_and_enforced() {
    let bench = Bench::new().await;
    let card = bench.card(100).await;
    let path = format!("/cards/{card}/limits");
    let set = json!({"type": "ecommerce-daily", "limit": 30});
    assert_eq!(bench.post(&path, set.clone()).await["data"], set);
    for bad in [
        json!({"type": "ecommerce_daily", "limit": 3}),
        json!({"type": "pos-daily", "limit": -3}),
    ] {
        assert_eq!(bench.refused_post(&path, bad).await, 400);
    }
    assert_eq!(
        bench.spend(&card, json!({"amount": "20"})).await["status"],
        "completed"
    );
    let declined = bench.spend(&card, json!({"amount": "20"})).await;
    assert_eq!(declined["declineReason"], "Limit exceeded");
    let limits = bench.get(&path).await;
    assert_eq!(
        limits["ecommerce"]["daily"],
        json!({"limit": 30, "used": 20})
    );
    assert_eq!(limits["pos"]["transaction"], json!({"limit": 2000}));
    bench
        .post(&format!("/cards/{card}/freeze"), json!({}))
        .await;
    assert_eq!(bench.refused_get(&path).await, 400);
    bench
        .put("/quirks", json!({"frozenLimitsRefused": false}))
        .await;
    bench.get(&path).await;
}

#[tokio::test]
async fn email_and_phone_are_kept() {
    let bench = Bench::new().await;
    let card = bench.card(0).await;
    bench
        .post(
            &format!("/cards/{card}/email"),
            json!({"email": "a@example.test"}),
        )
        .await;
    bench
        .post(&format!("/cards/{card}/phone"), json!({"phone": "+491"}))
        .await;
    let shown = bench.get(&format!("/cards/{card}")).await;
    assert_eq!(
        (&shown["email"], &shown["phone"]),
        (&json!("a@example.test"), &json!("+491"))
    );
    assert_eq!(
        bench
            .refused_post(&format!("/cards/{card}/email"), json!({}))
            .await,
        400
    );
}

#[tokio::test]
async fn transactions_lower_the_balance_when_completed() {
    let bench = Bench::new().await;
    let card = bench.card(100).await;
    bench
        .spend(&card, json!({"amount": "30.5", "merchant": "Shop"}))
        .await;
    let pending = bench
        .spend(&card, json!({"amount": 10, "status": "pending"}))
        .await;
    bench.spend(&card, json!({"amount": 500})).await;
    bench
        .spend(&card, json!({"amount": 1, "decline": "Country"}))
        .await;
    assert_eq!(bench.balance_of(&card).await, json!(69.5));
    bench
        .make(&format!("/transactions/{}/completed", text(&pending["id"])))
        .await;
    assert_eq!(bench.balance_of(&card).await, json!(59.5));
    bench
        .spend(&card, json!({"amount": 5, "type": "refund"}))
        .await;
    assert_eq!(bench.balance_of(&card).await, json!(64.5));
    let path = format!("/cards/{card}/transactions");
    let list = bench.get(&path).await;
    assert!(list.get("page").is_none());
    let reasons: Vec<_> = (0..5)
        .map(|at| list["transactions"][at]["declineReason"].clone())
        .collect();
    assert_eq!(
        reasons[1..3],
        [json!("Country"), json!("Insufficient balance")]
    );
    assert_eq!(list["transactions"][4]["amount"], 30.5);
    assert!(text(&list["transactions"][4]["date"]).ends_with('Z'));
    let second = bench.get(&format!("{path}?page=2&limit=2")).await;
    assert_eq!(second["transactions"][0], list["transactions"][2]);
    assert_eq!(second["transactions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let bench = Bench::new().await;
    let mut cards = Vec::new();
    for name in ["a", "b", "c"] {
        cards.push(bench.card_named(0, Some(&format!("order-{name}"))).await);
    }
    bench
        .post(&format!("/cards/{}/freeze", cards[0]), json!({}))
        .await;
    let ids = async |query: &str| {
        let data = bench.get(&format!("/cards/list?{query}")).await;
        let all = data["cards"].as_array().unwrap().clone();
        all.iter().map(|card| text(&card["id"])).collect::<Vec<_>>()
    };
    assert_eq!(ids("statuses=frozen").await, [cards[0].clone()]);
    assert_eq!(ids("statuses=frozen,active").await.len(), 3);
    assert_eq!(ids("query=ORDER-b").await, [cards[1].clone()]);
    assert_eq!(ids("limit=1&page=3").await, [cards[0].clone()]);
    for bad in ["page=0", "limit=0", "limit=x"] {
        assert_eq!(bench.refused_get(&format!("/cards/list?{bad}")).await, 400);
    }
}
