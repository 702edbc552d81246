//! Money adds up.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, EURO, PLATINUM, UNIVERSAL, done, status};

/// Tenths of a cent, from the state's texts.
fn mills(value: &Value) -> i64 {
    let text = value.as_str().unwrap();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = format!("{part:0<3}");
    whole.parse::<i64>().unwrap() * 1000 + part.parse::<i64>().unwrap()
}

fn sum<'a>(rows: impl Iterator<Item = &'a Value>, field: &str) -> i64 {
    rows.map(|row| mills(&row[field])).sum()
}

#[tokio::test]
async fn account_and_cards_are_the_start_less_fees_and_spends() {
    let fees = json!({"universal_deposit_fee": 0.01, "universal_withdraw_fee": 0.02});
    let bench = Bench::set(json!({"fees": fees})).await;
    let (one, two) = (
        bench.funded(UNIVERSAL, json!(100.5)).await,
        bench.funded(PLATINUM, json!(70)).await,
    );
    let three = bench.funded(EURO, json!(30)).await;
    done(bench.withdraw(&one, &json!(10))).await;
    let spend = format!("/cards/{one}/spend");
    bench
        .control(Method::POST, &spend, json!({"amount": "12.3"}))
        .await;
    done(bench.patch("/cards/close", &[&two])).await;
    bench.reaches(&two, "Closed").await;
    assert_eq!(status(bench.deposit(&three, &json!(5_000_000))).await, 418);

    let state = bench.look("/state").await;
    let wallets = state["accounts"][0]["wallets"].as_array().unwrap();
    for (wallet, fees, spends) in [(0, 2500 + 5000 + 1005 + 200, 12_300), (1, 2500 + 300, 0)] {
        let currency = &wallets[wallet]["currency"];
        let cards = state["cards"].as_array().unwrap().iter();
        let cards = sum(
            cards.filter(|card| card["currency"] == *currency),
            "balance",
        );
        let total = mills(&wallets[wallet]["balance"]) + cards;
        assert_eq!(total, 1_000_000_000 - fees - spends, "{currency}");
        let moved = |kinds: &[&str]| {
            let moves = state["moves"].as_array().unwrap().iter();
            let those = moves.filter(|row| {
                row["currency"] == *currency && kinds.contains(&row["kind"].as_str().unwrap())
            });
            sum(those, "amount")
        };
        assert_eq!(moved(&["issuing_fee", "deposit_fee", "withdraw_fee"]), fees);
        assert_eq!(moved(&["spend"]), spends);
    }
    // Shown by the reads as well.
    assert_eq!(bench.wallet().await["cards_balance"], json!(78.2));
    assert_eq!(bench.card(&one).await["spent"], json!(12.3));
}

#[tokio::test]
async fn a_closed_card_gives_its_balance_back_unless_the_quirk_says_no() {
    for (keeps, balance, wallet) in [(false, 0, 999_997.5), (true, 40, 999_957.5)] {
        let bench = Bench::odd(json!({"closed_keeps_balance": keeps})).await;
        let id = bench.funded(UNIVERSAL, json!(40)).await;
        done(bench.patch("/cards/close", &[&id])).await;
        bench.reaches(&id, "Closed").await;
        assert_eq!(bench.card(&id).await["balance"], json!(balance));
        assert_eq!(bench.wallet().await["balance"].as_f64(), Some(wallet));
    }
}

#[tokio::test]
async fn fees_are_beside_the_amount_or_inside_it() {
    let fees = json!({"universal_issuing_fee": 0, "universal_deposit_fee": 0.1});
    for (inside, card, wallet) in [(false, 50, 999_945), (true, 45, 999_950)] {
        let own = json!({"fees": fees, "quirks": {"fee_inside": inside}});
        let bench = Bench::set(own).await;
        let id = bench.funded(UNIVERSAL, json!(50)).await;
        assert_eq!(bench.card(&id).await["balance"], json!(card));
        assert_eq!(bench.wallet().await["balance"], json!(wallet));
    }
}

#[tokio::test]
async fn the_issuing_fee_is_taken_when_asked_for_or_when_usable() {
    let slow = json!({"nextCards": ["stuck"]});
    for (late, at_once) in [(false, json!(999_997.5)), (true, json!(1_000_000))] {
        let bench = Bench::odd(json!({"fee_at_activation": late})).await;
        bench.control(Method::PUT, "/script", slow.clone()).await;
        done(bench.issuing(UNIVERSAL, 1)).await;
        assert_eq!(bench.wallet().await["balance"], at_once);
        bench.open(PLATINUM).await;
        let later = at_once.as_f64().unwrap() - 5.0;
        assert_eq!(bench.wallet().await["balance"].as_f64(), Some(later));
    }
}

#[tokio::test]
async fn each_move_of_a_card_has_its_payment() {
    let bench = Bench::new().await;
    let id = bench.funded(UNIVERSAL, json!(20)).await;
    let spend = format!("/cards/{id}/spend");
    bench
        .control(Method::POST, &spend, json!({"amount": 5}))
        .await;
    done(bench.withdraw(&id, &json!(1))).await;
    let rows = bench.payments(json!({"source_id": id})).await;
    let types: Vec<&str> = rows
        .iter()
        .map(|row| row["type"].as_str().unwrap())
        .collect();
    let newest_first = [
        "AssumedCardWithdraw",
        "AssumedCardSpend",
        "AssumedCardDeposit",
        "AssumedIssuingFee",
    ];
    assert_eq!(types, newest_first);
    assert!(rows.iter().all(|row| row["source"] == "Card"));
}

#[tokio::test]
async fn a_card_cannot_spend_what_it_lacks() {
    let bench = Bench::new().await;
    let id = bench.funded(UNIVERSAL, json!(20)).await;
    let path = format!("/cards/{id}/spend");
    for amount in ["20.01", "0", "-1"] {
        let body = json!({"amount": amount});
        let (status, _) = bench.try_control(Method::POST, &path, body).await;
        assert_eq!(status, 409, "{amount}");
    }
    bench
        .control(Method::POST, &path, json!({"amount": "20"}))
        .await;
    assert_eq!(bench.card(&id).await["balance"], json!(0));
}

#[tokio::test]
async fn the_state_shows_no_secret() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let card = bench.card(&id).await;
    let state = bench.look("/state").await;
    assert_eq!(state["issued"], json!([id]));
    assert_eq!(
        (&state["cards"][0]["notes"], &state["cards"][0]["status"]),
        (&json!("tag-1"), &json!("Enabled"))
    );
    let text = state.to_string();
    assert!(!text.contains(card["PAN"].as_str().unwrap()));
    assert!(!text.contains(&bench.setting("api_key")));
    assert!(!text.contains("cvv") && !text.contains("CVV"));
}
