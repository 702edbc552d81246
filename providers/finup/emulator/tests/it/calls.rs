//! Every operation once, with its documented shape.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, INVITED, UNIVERSAL, done};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

fn sorted<const N: usize>(mut names: [&str; N]) -> Vec<&str> {
    names.sort_unstable();
    names.to_vec()
}

#[tokio::test]
async fn accounts_are_listed_in_two_arrays() {
    let bench = Bench::new().await;
    let result = done(bench.post("/accounts", &json!({"pagination": {}}))).await;
    let (own, invited) = (&result["own_accounts"], &result["invited_accounts"]);
    assert_eq!(own[0]["id"], json!(bench.setting("account_id")));
    assert_eq!(
        (&invited[0]["id"], &invited[0]["status"]),
        (&json!(INVITED), &json!("Disabled"))
    );
    assert!(own[0].get("decline_rate").is_none() && invited[0]["decline_rate"].is_number());
    assert_eq!(own[0]["fees"].as_object().unwrap().len(), 13);
    assert_eq!(own[0]["used_promocodes"], json!([]));
}

#[tokio::test]
async fn an_account_and_its_wallet_show_their_balances() {
    let bench = Bench::new().await;
    let account = done(bench.request(Method::GET, &bench.account(""))).await;
    let names = [
        "id",
        "name",
        "member_id",
        "finup_id",
        "decline_rate",
        "fees",
        "wallet_balance",
        "card_balance",
        "verification_status",
    ];
    assert_eq!(keys(&account), sorted(names));
    assert_eq!(account["wallet_balance"], json!(1_000_000));
    let wallet = bench.wallet().await;
    let names = ["id", "balance", "cards_balance", "finup_id", "currency"];
    assert_eq!(keys(&wallet), sorted(names));
    assert_eq!(
        (&wallet["balance"], &wallet["currency"]),
        (&json!(1_000_000), &json!("USD"))
    );
}

#[tokio::test]
async fn bins_have_categories_currencies_and_an_inactive_one() {
    let bench = Bench::new().await;
    let bins = done(bench.request(Method::GET, &bench.account("/bins"))).await;
    let names = [
        "id",
        "status",
        "BIN",
        "category",
        "currency",
        "3ds",
        "digital_wallet",
        "address",
    ];
    assert_eq!(keys(&bins[0]), sorted(names));
    let of = |name: &str| -> Vec<&str> {
        let all = bins.as_array().unwrap().iter();
        all.map(|bin| bin[name].as_str().unwrap()).collect()
    };
    assert_eq!(
        of("category"),
        ["Universal", "Platinum", "Universal", "Universal"]
    );
    assert_eq!(of("currency"), ["USD", "USD", "EUR", "USD"]);
    assert_eq!(of("status"), ["Active", "Active", "Active", "Inactive"]);
}

#[tokio::test]
async fn issuing_makes_as_many_unfunded_cards_as_asked_for() {
    let bench = Bench::new().await;
    let cards = done(bench.issuing(UNIVERSAL, 2)).await;
    assert_eq!(cards.as_array().unwrap().len(), 2);
    assert_ne!(cards[0]["id"], cards[1]["id"]);
    let card = &cards[1];
    assert_eq!(card["status"], "Processing");
    assert_eq!(
        (&card["name"], &card["notes"]),
        (&json!("Ads"), &json!("tag-1"))
    );
    assert_eq!(card["masked_PAN"], "4000 10** **** ****");
    assert_eq!(card["EXP"], "**/**");
    for name in ["balance", "past_balance", "deposit", "withdraw", "spent"] {
        assert_eq!(card[name], json!(0), "{name}");
    }
    assert!(card["finup_id"].as_str().unwrap().starts_with("CRD"));
    assert_eq!(card["id"].as_str().unwrap().len(), 24);
    assert!(card.get("PAN").is_none() && card.get("CVV").is_none());
}

#[tokio::test]
async fn the_get_call_reveals_once_the_card_is_usable() {
    let bench = Bench::new().await;
    let script = json!({"nextCards": ["stuck"]});
    bench.control(Method::PUT, "/script", script).await;
    let stuck = done(bench.issuing(UNIVERSAL, 1)).await[0].clone();
    let stuck = bench.card(stuck["id"].as_str().unwrap()).await;
    assert!(stuck.get("PAN").is_none() && stuck["status"] == "Processing");

    let card = bench.card(&bench.open(UNIVERSAL).await).await;
    let number = card["PAN"].as_str().unwrap();
    assert!(number.len() == 16 && number.starts_with("400010") && luhn(number));
    assert_eq!(card["CVV"].as_str().unwrap().len(), 3);
    assert_eq!(card["EXP"].as_str().unwrap().len(), 5);
    let last4 = &number[12..];
    assert_eq!(card["masked_PAN"], json!(format!("4000 10•• •••• {last4}")));
}

fn luhn(number: &str) -> bool {
    let digits = number
        .chars()
        .rev()
        .map(|digit| digit.to_digit(10).unwrap());
    let doubled = digits.enumerate().map(|(at, digit)| match at % 2 {
        0 => digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    });
    doubled.sum::<u32>().is_multiple_of(10)
}

#[tokio::test]
async fn the_list_shows_neither_number_nor_last_four() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let cards = bench.list(json!({})).await;
    let names = [
        "id",
        "created_at",
        "user",
        "account",
        "name",
        "notes",
        "category",
        "bin_id",
        "currency",
        "masked_PAN",
        "EXP",
        "balance",
        "past_balance",
        "future_balance",
        "deposit",
        "withdraw",
        "spent",
        "status",
    ];
    assert_eq!(keys(&cards[0]), sorted(names));
    assert_eq!(cards[0]["id"], json!(id));
    assert_eq!(cards[0]["masked_PAN"], "4000 10•• •••• ••••");
}

#[tokio::test]
async fn deposit_and_withdraw_answer_without_any_id() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let said = json!({"status": "SUCCESS", "code": 201});
    assert_eq!(done(bench.deposit(&id, &json!(50.25))).await, said);
    assert_eq!(done(bench.withdraw(&id, &json!(20))).await, said);
    let card = bench.card(&id).await;
    assert_eq!(card["balance"], json!(30.25));
    assert_eq!(
        (&card["deposit"], &card["withdraw"]),
        (&json!(50.25), &json!(20))
    );
}

#[tokio::test]
async fn the_payments_list_begins_with_the_external_transfer() {
    let bench = Bench::new().await;
    let rows = bench.payments(json!({"type": ["ExternalTransfer"]})).await;
    assert_eq!(rows.len(), 2);
    let row = &rows[1];
    assert_eq!(
        (&row["source"], &row["side"]),
        (&json!("Wallet"), &json!("Credit"))
    );
    assert_eq!(
        (&row["amount"], &row["currency"]),
        (&json!(1_000_000), &json!("USD"))
    );
    assert_eq!(row["source_id"], bench.wallet().await["id"]);
    assert_eq!(row["created_at"], "2026-01-05T09:00:00.000Z");
    assert_eq!(row["external_transfer_data"]["sub_type"], "External");
}

#[tokio::test]
async fn both_base_paths_are_served_and_calls_are_logged() {
    let bench = Bench::new().await;
    done(bench.request(Method::GET, &format!("/backend{}", bench.account("")))).await;
    done(bench.issuing(UNIVERSAL, 1)).await;
    let calls = bench.look("/calls").await;
    assert_eq!(
        calls["calls"][0]["path"],
        json!(format!("/backend{}", bench.account("")))
    );
    assert_eq!(calls["calls"][1]["notes"], "tag-1");
}
