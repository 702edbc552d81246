//! Filters and paging.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, EURO, PLATINUM, UNIVERSAL, done};

#[tokio::test]
async fn each_filter_of_the_card_list_narrows_it() {
    let bench = Bench::new().await;
    let universal = bench.funded(UNIVERSAL, json!(10)).await;
    let platinum = bench.open(PLATINUM).await;
    let euro = bench.open(EURO).await;
    let body = json!({"bin_id": UNIVERSAL, "name": "Other", "amount": 1});
    let other = done(bench.post(&bench.account("/cards/issuing"), &body)).await[0].clone();
    bench
        .reaches(other["id"].as_str().unwrap(), "Enabled")
        .await;
    done(bench.patch("/cards/freeze", &[&euro])).await;
    bench.reaches(&euro, "Freezed").await;
    for (filters, found) in [
        (json!({}), 4),
        (json!({"bin": [UNIVERSAL]}), 2),
        (json!({"bin": ["400020", "400030"]}), 2),
        (json!({"status": ["Enabled"]}), 3),
        (json!({"status": "[\"Freezed\",\"Closed\"]"}), 1),
        (json!({"status": ["Closed"]}), 0),
        (json!({"currency": ["EUR"]}), 1),
        (json!({"category": ["Platinum"]}), 1),
        (json!({"balance_from": 0}), 1),
        (json!({"balance_to": 0}), 3),
        (json!({"balance_from": 10}), 0),
        (json!({"balance_to": 10}), 4),
        (json!({"search": "tag-"}), 3),
        (json!({"search": "Oth"}), 1),
        (json!({"search": "nowhere"}), 0),
    ] {
        assert_eq!(bench.listed(filters.clone()).await, found, "{filters}");
    }
    let first = bench.list(json!({"bin": [PLATINUM]})).await[0]["id"].clone();
    assert_eq!((first, universal.len()), (json!(platinum), 24));
}

async fn page(bench: &Bench, pagination: Value) -> Vec<Value> {
    let body = json!({"filters": {}, "pagination": pagination});
    let cards = done(bench.post(&bench.account("/cards"), &body)).await;
    let cards = cards.as_array().unwrap().iter();
    cards.map(|card| card["id"].clone()).collect()
}

#[tokio::test]
async fn pages_are_named_as_the_quirk_says() {
    let bench = Bench::new().await;
    let issued = done(bench.issuing(UNIVERSAL, 5)).await;
    let mut ids: Vec<Value> = issued
        .as_array()
        .unwrap()
        .iter()
        .map(|card| card["id"].clone())
        .collect();
    ids.reverse();
    let by_page = json!({"page": 2, "limit": 2});
    let by_skip = json!({"skip": 3, "limit": 2});
    for (names, paged, skipped) in [
        ("any", 2..4, 3..5),
        ("page_limit", 2..4, 0..2),
        ("skip_limit", 0..2, 3..5),
        ("nothing", 0..5, 0..5),
    ] {
        let quirks = json!({"pagination": names});
        bench.control(Method::PUT, "/quirks", quirks).await;
        assert_eq!(page(&bench, json!({})).await, ids, "{names}");
        assert_eq!(page(&bench, by_page.clone()).await, ids[paged], "{names}");
        assert_eq!(page(&bench, by_skip.clone()).await, ids[skipped], "{names}");
    }
}

#[tokio::test]
async fn a_page_has_a_cap_and_the_order_can_be_turned() {
    let bench = Bench::odd(json!({"page_cap": 2, "oldest_first": true})).await;
    let issued = done(bench.issuing(UNIVERSAL, 3)).await;
    let first = page(&bench, json!({"limit": 50})).await;
    assert_eq!(first, [issued[0]["id"].clone(), issued[1]["id"].clone()]);
    let second = page(&bench, json!({"page": 2})).await;
    assert_eq!(second, [issued[2]["id"].clone()]);
}

#[tokio::test]
async fn each_filter_of_the_payments_narrows_them() {
    let bench = Bench::new().await;
    let id = bench.funded(UNIVERSAL, json!(20)).await;
    let finup_id = bench.look("/state").await["cards"][0]["finupId"].clone();
    for (filters, found) in [
        (json!({}), 4),
        (json!({"side": ["Debit"]}), 2),
        (json!({"type": ["AssumedCardDeposit"]}), 1),
        (json!({"status": ["Approved"]}), 4),
        (json!({"status": ["Declined"]}), 0),
        (json!({"source_id": id}), 2),
        (json!({"search": finup_id}), 2),
        (json!({"from_created_at": "2026-01-05T09:00:00.001Z"}), 2),
        (json!({"to_created_at": "2026-01-05T09:00:00.000Z"}), 2),
        (json!({"timezone": "Europe/Berlin"}), 4),
    ] {
        let rows = bench.payments(filters.clone()).await;
        assert_eq!(rows.len(), found, "{filters}");
    }
}
