//! Switched behaviour of money.

use serde_json::json;

use crate::support::{Bench, VIRTUAL, name_only};

#[tokio::test]
async fn an_idempotency_key_replays_only_where_honoured() {
    for (honoured, balance) in [(false, 25), (true, 15)] {
        let bench = Bench::quirky(json!({"idempotency": honoured})).await;
        let card = bench.card(5).await;
        for key in ["a", "a"] {
            let request = bench.request(reqwest::Method::POST, &format!("/cards/{card}/topup"));
            let request = request
                .header("Idempotency-Key", key)
                .json(&json!({"amount": 10}));
            assert_eq!(bench.send(request).await.0, 200);
        }
        assert_eq!(bench.balance_of(&card).await, json!(balance));
    }
}

#[tokio::test]
async fn a_fee_is_on_top_or_from_the_amount() {
    // Card and organisation after a top-up of 100 and a withdrawal of 50, from 10 and 999,989.
    for (fee, card_has, organisation) in [
        ("none", json!(60), json!(999_939)),
        ("on_top", json!(59.5), json!(999_938)),
        ("from_amount", json!(59), json!(999_938.5)),
    ] {
        let bench = Bench::quirky(json!({"transferFee": fee})).await;
        let card = bench.card(10).await;
        bench
            .post(&format!("/cards/{card}/topup"), json!({"amount": 100}))
            .await;
        bench
            .post(&format!("/cards/{card}/withdraw"), json!({"amount": 50}))
            .await;
        assert_eq!(bench.balance_of(&card).await, card_has, "{fee}");
        assert_eq!(bench.usd().await, organisation, "{fee}");
    }
}

#[tokio::test]
async fn a_deleted_cards_remainder_is_refused_forfeit_or_returned() {
    for (quirk, status, organisation) in [
        ("refused", 400, 999_949),
        ("forfeits", 200, 999_949),
        ("returns", 200, 999_999),
    ] {
        let bench = Bench::quirky(json!({"deleteRemainder": quirk})).await;
        let card = bench.card(50).await;
        assert_eq!(
            bench.delete(&format!("/cards/{card}/delete")).await.0,
            status,
            "{quirk}"
        );
        assert_eq!(bench.usd().await, json!(organisation), "{quirk}");
    }
}

#[tokio::test]
async fn purchases_can_be_negative_and_refunds_are_the_other_way() {
    let bench = Bench::new().await;
    let card = bench.card(50).await;
    bench.spend(&card, json!({"amount": 7})).await;
    bench
        .spend(&card, json!({"amount": 2, "type": "refund"}))
        .await;
    for (sign, purchase, refund) in [("positive", 7, -2), ("negative", -7, 2)] {
        bench.put("/quirks", json!({"purchaseSign": sign})).await;
        let list = bench.get(&format!("/cards/{card}/transactions")).await["transactions"].clone();
        assert_eq!(
            (&list[1]["amount"], &list[0]["usdAmount"]),
            (&json!(purchase), &json!(refund))
        );
    }
}

#[tokio::test]
async fn an_initial_balance_of_nothing_can_be_refused() {
    let bench = Bench::new().await;
    bench.card(0).await;
    bench
        .put("/quirks", json!({"zeroInitialBalance": false}))
        .await;
    let body = name_only(VIRTUAL, 0, None);
    assert_eq!(bench.refused_post("/cards/issue", body).await, 400);
    bench.card(1).await;
}
