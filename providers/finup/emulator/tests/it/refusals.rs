//! What is refused, and with which code.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, INACTIVE, INVITED, NOBODY, UNIVERSAL, done, status};

fn account(id: &str, rest: &str) -> String {
    format!("/accounts/{id}{rest}")
}

#[tokio::test]
async fn every_call_needs_the_key() {
    let bench = Bench::new().await;
    let own = |rest: &str| bench.account(rest);
    for (method, path) in [
        (Method::POST, "/accounts".to_owned()),
        (Method::GET, own("")),
        (Method::GET, own("/wallets")),
        (Method::GET, own("/bins")),
        (Method::POST, own("/transactions")),
        (Method::POST, own("/cards")),
        (Method::GET, format!("/cards/{NOBODY}")),
        (Method::POST, own("/cards/issuing")),
        (Method::POST, format!("/card/{NOBODY}/deposit")),
        (Method::POST, format!("/card/{NOBODY}/withdraw")),
        (Method::PATCH, "/cards/freeze".to_owned()),
        (Method::PATCH, "/cards/unfreeze".to_owned()),
        (Method::PATCH, "/cards/close".to_owned()),
    ] {
        let bare = bench.bare(method.clone(), &path);
        assert_eq!(status(bare).await, 401, "{path}");
        let wrong = bench.bare(method, &path).header("x-api-key", "wrong");
        assert_eq!(status(wrong).await, 401, "{path}");
    }
}

#[tokio::test]
async fn unknown_and_disabled_accounts_are_refused() {
    let bench = Bench::new().await;
    let list = json!({"filters": {}, "pagination": {}});
    let issue = json!({"bin_id": UNIVERSAL, "name": "a", "amount": 1});
    for (rest, code) in [("", 404), ("/wallets", 404), ("/bins", 403)] {
        let path = account(NOBODY, rest);
        let got = status(bench.request(Method::GET, &path)).await;
        assert_eq!(got, code, "{rest}");
    }
    let payments = bench.post(&account(NOBODY, "/transactions"), &list);
    assert_eq!(status(payments).await, 404);
    let path = account(NOBODY, "/cards/issuing");
    assert_eq!(status(bench.post(&path, &issue)).await, 404);
    let path = account(INVITED, "/cards/issuing");
    assert_eq!(status(bench.post(&path, &issue)).await, 403);
    let path = account(INVITED, "/bins");
    assert_eq!(status(bench.request(Method::GET, &path)).await, 403);
    done(bench.request(Method::GET, &account(INVITED, ""))).await;
}

#[tokio::test]
async fn issuing_is_refused_on_bad_bins_and_beyond_limits() {
    let bench = Bench::set(json!({"universal_card_limit": 2})).await;
    assert_eq!(status(bench.issuing(NOBODY, 1)).await, 404);
    assert_eq!(status(bench.issuing(INACTIVE, 1)).await, 420);
    assert_eq!(status(bench.issuing(UNIVERSAL, 3)).await, 420);
    assert_eq!(bench.listed(json!({})).await, 0);
    done(bench.issuing(UNIVERSAL, 2)).await;
    assert_eq!(status(bench.issuing(UNIVERSAL, 1)).await, 420);

    let bench = Bench::set(json!({"fees": {"universal_issuing_fee": 600_000}})).await;
    assert_eq!(status(bench.issuing(UNIVERSAL, 2)).await, 420);
    done(bench.issuing(UNIVERSAL, 1)).await;
}

#[tokio::test]
async fn money_is_refused_by_balance_status_and_card() {
    let bench = Bench::new().await;
    let id = bench.funded(UNIVERSAL, json!(10)).await;
    assert_eq!(status(bench.deposit(&id, &json!(2_000_000))).await, 418);
    assert_eq!(status(bench.withdraw(&id, &json!(10.01))).await, 418);
    assert_eq!(status(bench.deposit(NOBODY, &json!(1))).await, 404);
    assert_eq!(status(bench.withdraw(NOBODY, &json!(1))).await, 404);
    let nobody = bench.request(Method::GET, &format!("/cards/{NOBODY}"));
    assert_eq!(status(nobody).await, 404);
    done(bench.patch("/cards/freeze", &[&id])).await;
    bench.reaches(&id, "Freezed").await;
    assert_eq!(status(bench.deposit(&id, &json!(1))).await, 420);
    done(bench.withdraw(&id, &json!(1))).await;
    assert_eq!(bench.card(&id).await["balance"], json!(9));
}

#[tokio::test]
async fn business_codes_are_settings() {
    let bench = Bench::set(json!({"codes": {"low_wallet": 420, "issuing": 409}})).await;
    assert_eq!(status(bench.issuing(INACTIVE, 1)).await, 409);
    let id = bench.open(UNIVERSAL).await;
    assert_eq!(status(bench.deposit(&id, &json!(2_000_000))).await, 420);
    assert_eq!(status(bench.withdraw(&id, &json!(1))).await, 418);
}

#[tokio::test]
async fn required_fields_and_types_are_checked() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let issuing = bench.account("/cards/issuing");
    let (cards, payments) = (bench.account("/cards"), bench.account("/transactions"));
    let deposit = format!("/card/{id}/deposit");
    let bad: Vec<(&str, Value)> = vec![
        ("/accounts", json!({})),
        (&cards, json!({"filters": {}})),
        (&cards, json!({"pagination": {}})),
        (&cards, json!({"pagination": {}, "filters": {"status": 1}})),
        (&payments, json!({"pagination": {}})),
        (&payments, json!({"filters": {}})),
        (&issuing, json!({"name": "a", "amount": 1})),
        (&issuing, json!({"bin_id": UNIVERSAL, "amount": 1})),
        (&issuing, json!({"bin_id": UNIVERSAL, "name": "a"})),
        (
            &issuing,
            json!({"bin_id": UNIVERSAL, "name": "a", "amount": 0}),
        ),
        (
            &issuing,
            json!({"bin_id": UNIVERSAL, "name": "a", "amount": 1.5}),
        ),
        (&deposit, json!({})),
        (&deposit, json!({"amount": "5"})),
        (&deposit, json!({"amount": 0})),
        (&deposit, json!({"amount": -5})),
        (&deposit, json!([])),
    ];
    for (path, body) in bad {
        assert_eq!(status(bench.post(path, &body)).await, 400, "{path} {body}");
    }
    let bulk = bench
        .request(Method::PATCH, "/cards/close")
        .json(&json!({}));
    assert_eq!(status(bulk).await, 400);
    let untyped = bench.request(Method::POST, &deposit).body("{\"amount\":1}");
    assert_eq!(status(untyped).await, 400);
    assert_eq!(bench.card(&id).await["deposit"], json!(0));
}

#[tokio::test]
async fn other_paths_and_methods_are_not_found() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    for (method, path) in [
        (Method::POST, format!("/cards/{id}/deposit")),
        (Method::GET, format!("/card/{id}")),
        (Method::GET, "/accounts".to_owned()),
        (Method::POST, "/cards/freeze".to_owned()),
        (Method::GET, "/".to_owned()),
    ] {
        let request = bench.request(method, &path).json(&json!({}));
        assert_eq!(status(request).await, 404, "{path}");
    }
}

#[tokio::test]
async fn wrong_settings_stop_the_start() {
    for own in [
        json!({"quirks": {"mask": "underscore"}}),
        json!({"setle_ms": 5}),
        json!({"codes": {"issuing": 200}}),
        json!({"quirks": {"page_cap": 0}}),
    ] {
        let options = crate::support::set(own.clone());
        let started = cardmux_emulator_finup::start(crate::support::seeded(), options).await;
        assert!(started.is_err(), "{own}");
    }
}
