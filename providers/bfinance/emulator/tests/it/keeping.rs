//! What is kept: the state file, secrets, and every cent.

use serde_json::{Value, json};

use crate::support::{Bench, EUR_POOL, in_file, text};

fn amount(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let bench = Bench::with(in_file(&file)).await;
    let card = bench.card_named(50, Some("ext-1")).await;
    bench.spend(&card, json!({"amount": 7})).await;
    let (before, token) = (bench.look("/state").await, bench.setting("token"));
    let secret = bench.get(&format!("/cards/{card}/sensetive")).await;
    // As after a kill: nothing is told to the emulator.
    drop(bench);
    let bench = Bench::with(in_file(&file)).await;
    assert_eq!(
        (bench.look("/state").await, bench.setting("token")),
        (before, token)
    );
    assert_eq!(bench.get(&format!("/cards/{card}/sensetive")).await, secret);
    let next = bench.card(5).await;
    assert_ne!(next, card);
}

#[tokio::test]
async fn a_review_under_way_ends_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let bench = Bench::with(in_file(&file)).await;
    bench
        .put(
            "/script",
            json!({"settleMillis": 1500, "nextReviews": ["reject"]}),
        )
        .await;
    let made = bench
        .post("/customers", json!({"type": "individual"}))
        .await;
    let id = text(&made["data"]["id"]);
    drop(bench);
    let bench = Bench::with(in_file(&file)).await;
    assert_eq!(
        bench.get(&format!("/customers/{id}")).await["status"],
        "pending"
    );
    bench.customer_is(&id, "rejected").await;
}

#[tokio::test]
async fn the_file_holds_canaries_and_the_shown_state_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let bench = Bench::with(in_file(&file)).await;
    bench.card(5).await;
    let saved: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let card = &saved["provider"]["cards"]["rows"][0];
    let number = text(&card["number"]);
    assert!(number.len() == 16 && luhn(&number), "not a card number");
    assert_eq!(text(&card["cvv"]).len(), 3);
    let shown = bench.look("/state").await.to_string();
    for secret in [number.as_str(), "Byron", &bench.setting("token")] {
        assert!(!shown.contains(secret));
    }
    assert!(!shown.contains("\"cvv\"") && !shown.contains("\"expires\""));
}

fn luhn(number: &str) -> bool {
    let digits = number
        .chars()
        .rev()
        .map(|digit| digit.to_digit(10).unwrap());
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit })
        .sum();
    sum.is_multiple_of(10)
}

#[tokio::test]
async fn money_adds_up() {
    let bench = Bench::quirky(json!({"transferFee": "on_top"})).await;
    let card = bench.card(100).await;
    bench
        .post(&format!("/cards/{card}/topup"), json!({"amount": 33.33}))
        .await;
    bench
        .post(&format!("/cards/{card}/withdraw"), json!({"amount": 12.5}))
        .await;
    bench.spend(&card, json!({"amount": "20.2"})).await;
    bench
        .spend(&card, json!({"amount": 3, "type": "refund"}))
        .await;
    let pool = bench.budget_card().await;
    bench
        .post(&format!("/budgets/{EUR_POOL}/topup"), json!({"amount": 77}))
        .await;
    bench.spend(&pool, json!({"amount": 11})).await;
    bench
        .post(
            "/cards/reissue",
            json!({"cardId": card, "initialBalance": 9}),
        )
        .await;
    bench
        .put("/quirks", json!({"deleteRemainder": "forfeits"}))
        .await;
    let last = bench.card(4).await;
    bench.delete(&format!("/cards/{last}/delete")).await;

    let state = bench.look("/state").await;
    let sum = |list: &Value| -> f64 {
        let all = list.as_array().unwrap().iter();
        all.map(|one| amount(&one["balance"])).sum()
    };
    let moved = |kind: &str| -> f64 {
        let all = state["moves"].as_array().unwrap().iter();
        let of_kind = all.filter(|one| one["kind"] == kind);
        of_kind.map(|one| amount(&one["amount"])).sum()
    };
    for kind in [
        "fee",
        "spend",
        "refund",
        "forfeit",
        "load",
        "topup",
        "withdraw",
        "return",
        "budget_topup",
    ] {
        assert!(moved(kind) > 0.0, "{kind}");
    }
    let now =
        amount(&state["accounts"][0]["balance"]) + sum(&state["cards"]) + sum(&state["budgets"]);
    let start = 1_000_000.0 + 2.0 * 50_000.0;
    let gone = moved("fee") + moved("spend") + moved("forfeit") - moved("refund");
    assert!(
        (now - (start - gone)).abs() < 0.000_1,
        "{now} is not {start} - {gone}"
    );
}
