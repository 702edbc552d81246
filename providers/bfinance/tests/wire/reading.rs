//! Reading cards, funds, accounts, and the object as it is.

use crate::support::{Server, budget_types, context, message, no, ok, scripted};
use axum::http::StatusCode;
use cardmux_domain::card::CardStatus;
use cardmux_domain::controls::{SpendChannel, SpendInterval};
use cardmux_domain::provider::{CardSnapshot, ErrorKind, Outcome, PageRequest, Provider};
use serde_json::json;

const DETAILS: &str = r#"{"id":"c1","maskedCardNumber":"**** **** **** 0002",
    "sensetive":{"number":"4000000000000002","expire":"01/30","cvc":"000"},"currency":"USD",
    "status":"active","externalCardId":"ref0","balance":{"value":12.34,"currency":"USD"},
    "label":"Ads","cardHolder":{"firstName":"Ada"},"email":"ada@example.org"}"#;
const LIMITS: &str = r#"{"ecommerce":{"daily":{"limit":100,"used":3},"monthly":{"limit":null},
    "transaction":{"limit":"25.50"}},"pos":{"daily":{"limit":0,"used":0}}}"#;

async fn get(provider: &dyn Provider, card_ref: &str) -> CardSnapshot {
    provider
        .cards()
        .unwrap()
        .get(&context(), card_ref)
        .await
        .unwrap()
}

#[tokio::test]
async fn plain_card_is_read_with_balance_and_limits() {
    let server = scripted(vec![
        ("/cards/c1", ok(DETAILS)),
        ("/cards/c1/limits", ok(LIMITS)),
    ])
    .await;
    let provider = server.provider(json!({}));
    let card = get(provider.as_ref(), "c1").await;
    assert_eq!(card.status, CardStatus::Active);
    assert_eq!(card.last4.as_deref(), Some("0002"));
    assert_eq!(card.funds.balance.unwrap().to_string(), "12.34 USD");
    let limits = card.controls.clone().unwrap().spend_limits.unwrap();
    let limits: Vec<_> = limits
        .iter()
        .map(|l| (l.channel.unwrap(), l.interval, l.amount.to_string()))
        .collect();
    assert_eq!(
        limits,
        [
            (
                SpendChannel::Ecommerce,
                SpendInterval::Daily,
                "100".to_owned()
            ),
            (
                SpendChannel::Ecommerce,
                SpendInterval::PerTransaction,
                "25.50".to_owned()
            ),
            (SpendChannel::Pos, SpendInterval::Daily, "0".to_owned()),
        ]
    );
    assert!(!format!("{card:?}").contains("4000"));
    assert_eq!(server.lines(), ["GET /cards/c1", "GET /cards/c1/limits"]);
    assert!(server.seen().iter().all(|seen| seen.body.is_empty()));
    let funds = provider.funds().unwrap();
    let balance = funds.balance(&context(), "c1").await.unwrap();
    assert_eq!(balance.to_string(), "12.34 USD");
}

#[tokio::test]
async fn limits_that_may_not_be_read_are_not_known() {
    let frozen = DETAILS.replace("active", "frozen");
    let server = scripted(vec![
        ("/cards/c1", ok(DETAILS)),
        ("/cards/c1/limits", no(400, "Wrong state")),
        ("/cards/c2", ok(&frozen)),
    ])
    .await;
    let provider = server.provider(json!({}));
    assert_eq!(get(provider.as_ref(), "c1").await.controls, None);
    let frozen = get(provider.as_ref(), "c2").await;
    assert_eq!((frozen.status, frozen.controls), (CardStatus::Frozen, None));
    assert_eq!(server.lines().len(), 3);
}

#[tokio::test]
async fn budget_card_is_read_with_and_without_envelope() {
    let bare = r#"{"id":"c1","maskedCardNumber":"**** **** **** 0010","currency":"EUR",
        "status":"blocked","externalCardId":"ext-7",
        "sensitive":{"number":"4000 0000 0000 0010","expire":"01/30","cvc":"***"}}"#;
    for reply in [ok(bare), (StatusCode::OK, bare.to_owned())] {
        let server = scripted(vec![("/budget-cards/c1", reply)]).await;
        let provider = server.provider(budget_types());
        let card = get(provider.as_ref(), "budget:c1").await;
        assert_eq!(card.card_ref, "budget:c1");
        assert_eq!(card.status, CardStatus::Blocked);
        assert_eq!((card.funds.balance, card.controls), (None, None));
        let funds = provider.funds().unwrap();
        let error = funds.balance(&context(), "budget:c1").await.unwrap_err();
        assert_eq!(error.outcome, Outcome::NotSent);
    }
}

#[tokio::test]
async fn unknown_card_and_unknown_status_are_errors() {
    let strange = DETAILS.replace("active", "melted");
    let server = scripted(vec![("/cards/c1", ok(&strange)), ("/cards/c2", message())]).await;
    let provider = server.provider(json!({}));
    let cards = provider.cards().unwrap();
    for (card_ref, kind) in [
        ("c1", ErrorKind::Malformed),
        ("c2", ErrorKind::Malformed),
        ("c3", ErrorKind::NotFound),
        ("../c1", ErrorKind::NotFound),
    ] {
        let error = cards.get(&context(), card_ref).await.unwrap_err();
        assert_eq!(error.kind, kind, "{card_ref}");
    }
}

#[tokio::test]
async fn cards_are_listed_page_by_page_with_or_without_a_total() {
    let card = r#"{"id":"c1","maskedCardNumber":"**** 0002","currency":"USD","status":"active",
        "externalCardId":"ref0","cardBalance":7.5,"cardHolder":{"firstName":"Ada"},
        "cardType":{"any":"thing"}}"#;
    let page = |more: &str| ok(&format!(r#"{{"cards":[{card}],"page":1,"limit":1{more}}}"#));
    for (reply, next) in [
        (page(r#","totalPages":2"#), Some("2")),
        (page(r#","totalPages":1"#), None),
        (page(""), Some("2")),
        (ok(r#"{"cards":[],"page":1,"limit":1}"#), None),
    ] {
        let server = scripted(vec![("/cards/list?page=1&limit=1", reply)]).await;
        let provider = server.provider(json!({}));
        let request = PageRequest {
            cursor: None,
            limit: 1,
        };
        let cards = provider.cards().unwrap();
        let page = cards.list(&context(), &request).await.unwrap();
        assert_eq!(page.next.as_deref(), next);
        for card in &page.items {
            assert_eq!(card.funds.balance.unwrap().to_string(), "7.50 USD");
        }
    }
}

#[tokio::test]
async fn page_is_never_larger_than_is_set() {
    let server = Server::start(|_| ok(r#"{"cards":[]}"#)).await;
    let provider = server.provider(json!({"page_limit": 25}));
    let request = PageRequest {
        cursor: Some("3".to_owned()),
        limit: 100,
    };
    let cards = provider.cards().unwrap();
    cards.list(&context(), &request).await.unwrap();
    assert_eq!(server.lines(), ["GET /cards/list?page=3&limit=25"]);
}

#[tokio::test]
async fn funding_accounts_are_the_balances_of_the_organisation() {
    let balances = r#"{"eur":10.5,"usd":99327.04375,"balance":"99327.04"}"#;
    let server = scripted(vec![("/balance", ok(balances))]).await;
    let provider = server.provider(json!({}));
    let accounts = provider.funding_accounts().unwrap();
    let accounts = accounts.funding_accounts(&context()).await.unwrap();
    let shown: Vec<_> = accounts
        .iter()
        .map(|a| (a.account_ref.as_str(), a.available.to_string()))
        .collect();
    assert_eq!(
        shown,
        [
            ("usd", "99327.04375 USD".to_owned()),
            ("eur", "10.50 EUR".to_owned())
        ]
    );
}

#[tokio::test]
async fn raw_card_is_redacted() {
    let server = scripted(vec![("/cards/c1", ok(DETAILS))]).await;
    let provider = server.provider(json!({}));
    let raw = provider.raw().unwrap().raw_card(&context(), "c1").await;
    let raw = raw.unwrap().0;
    assert!(
        raw.contains(r#""id":"c1""#) && raw.contains("12.34"),
        "{raw}"
    );
    for secret in ["4000", "000\"", "01/30", "Ada", "ada@"] {
        assert!(!raw.contains(secret), "{secret}: {raw}");
    }
}
