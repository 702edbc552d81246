//! Card types, cards, wallet and payments.

use crate::support::{KEY, Server, context, listed, ok, provider, shown, usd};
use cardmux_domain::card::CardStatus;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ErrorKind, Outcome, PageRequest, TransactionQuery};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{TransactionKind, TransactionStatus};
use serde_json::json;

const BINS: &str = r#"[
  {"id":"b1","status":"Active","BIN":"400000","category":"Universal","currency":"USD","3ds":true,
   "digital_wallet":false,"address":"1 Test Way"},
  {"id":"b2","status":"Paused","BIN":"500000","category":"Business","currency":"EUR"},
  {"id":"b3","status":"Active","BIN":"500001","category":"Platinum","currency":"id-of-usd"}]"#;
const ACCOUNT: &str = r#"{"id":"a1","fees":{"deposit_fee":0.02,"universal_issuing_fee":4.50,
    "universal_deposit_fee":0.025,"platinum_issuing_fee":9}}"#;

#[tokio::test]
async fn calls_carry_the_credentials_below_the_base_path() {
    let server = Server::always(ok(&shown("c1", "Enabled", ["25", "25", "0"]))).await;
    let more = json!({"base_path": "/backend", "bearer": "b-token"});
    for (settings, path, bearer) in [
        (json!({}), "/cards/c1", ""),
        (more, "/backend/cards/c1", "Bearer b-token"),
    ] {
        let provider = provider(&server.url, settings);
        provider
            .cards()
            .unwrap()
            .get(&context(), "c1")
            .await
            .unwrap();
        let seen = server.seen().pop().unwrap();
        assert_eq!(seen.line(), format!("GET {path}"));
        assert_eq!(seen.header("x-api-key"), KEY);
        assert_eq!(seen.header("authorization"), bearer);
    }
}

#[tokio::test]
async fn card_types_have_the_fees_of_their_category_and_the_names_of_the_settings() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/accounts/a1/bins" => ok(BINS),
        _ => ok(ACCOUNT),
    })
    .await;
    let settings = json!({"deposit_fee_unit": "ratio", "freeze": false, "card_types": {
        "b1": {"name": "Ads", "brand": "VISA", "country": "US", "deposit_min": "10"}}});
    let provider = provider(&server.url, settings);
    let types = provider.catalogue().unwrap();
    let types = types.card_types(&context()).await.unwrap();
    assert_eq!(
        server.calls(),
        ["GET /accounts/a1", "GET /accounts/a1/bins"]
    );
    let [ads, business] = types.as_slice() else {
        unreachable!("the one with the unknown currency is left out: {types:?}")
    };
    assert_eq!(
        (ads.name.as_str(), ads.brand.as_deref()),
        ("Ads", Some("visa"))
    );
    assert_eq!(ads.issue_fee, Some(usd("4.5")));
    let fee = ads.deposit_fee.as_ref().unwrap();
    assert_eq!(fee.rate_percent.to_string(), "2.5");
    assert_eq!(ads.deposit.as_ref().unwrap().min, Some(usd("10").amount));
    let most = ads.initial_deposit.as_ref().unwrap().max;
    assert_eq!(most, Some(usd("0").amount));
    assert!(ads.online && ads.capabilities.contains(&OperationKind::Issue));
    assert!(!ads.capabilities.contains(&OperationKind::Freeze));
    assert_eq!(business.name, "Business 500000");
    assert_eq!((business.issue_fee, business.online), (None, false));
    assert!(!business.capabilities.contains(&OperationKind::Issue));
}

#[tokio::test]
async fn fees_nobody_wants_are_not_asked_for() {
    let server = Server::always(ok(BINS)).await;
    let provider = provider(&server.url, json!({"issue_fee": false}));
    let types = provider.catalogue().unwrap();
    types.card_types(&context()).await.unwrap();
    assert_eq!(server.calls(), ["GET /accounts/a1/bins"]);
}

#[tokio::test]
async fn card_is_read_from_get_with_its_totals_and_last_four() {
    let server = Server::always(ok(&shown("c1", "Active", ["25.10", "40", "14.90"]))).await;
    let provider = provider(&server.url, json!({}));
    let card = provider
        .cards()
        .unwrap()
        .get(&context(), "c1")
        .await
        .unwrap();
    assert_eq!(card.status, CardStatus::Active);
    assert_eq!(card.last4.as_deref(), Some("0002"));
    assert_eq!(card.card_type_ref.as_deref(), Some("b1"));
    assert_eq!(card.funds.balance, Some(usd("25.10")));
    assert_eq!(card.funds.deposited, Some(usd("40")));
    assert_eq!(card.funds.withdrawn, Some(usd("14.90")));
    let balance = provider.funds().unwrap().balance(&context(), "c1").await;
    assert_eq!(balance.unwrap(), usd("25.10"));
}

#[tokio::test]
async fn another_card_than_asked_for_is_malformed() {
    let server = Server::always(ok(&shown("c2", "Active", ["1", "1", "0"]))).await;
    let provider = provider(&server.url, json!({}));
    let error = provider
        .cards()
        .unwrap()
        .get(&context(), "c1")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Malformed, Outcome::Unknown)
    );
}

#[tokio::test]
async fn card_can_be_read_from_the_list_instead() {
    let list = format!(
        "[{},{}]",
        listed("c0", "Closed", ""),
        listed("c1", "Freezed", "")
    );
    let server = Server::always(ok(&list)).await;
    let provider = provider(&server.url, json!({"status_from": "list"}));
    let cards = provider.cards().unwrap();
    let card = cards.get(&context(), "c1").await.unwrap();
    assert_eq!((card.status, card.last4), (CardStatus::Frozen, None));
    assert_eq!(
        server.calls(),
        [r#"POST /accounts/a1/cards {"filters":{},"pagination":{}}"#]
    );
    // Without names for the members of `pagination`, absence from the list proves nothing.
    let error = cards.get(&context(), "c9").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Malformed);
}

#[tokio::test]
async fn list_is_walked_with_the_configured_members() {
    let server = Server::start(|seen| match seen.text().contains(r#""page":1"#) {
        true => ok(&format!(
            "[{},{}]",
            listed("c1", "Enabled", ""),
            listed("c2", "Enabled", "")
        )),
        // As the sample of the page draws it: one object.
        false => ok(&listed("c3", "Pending", "")),
    })
    .await;
    let named = json!({"page_field": "page", "limit_field": "limit"});
    let provider = provider(&server.url, named);
    let cards = provider.cards().unwrap();
    let mut request = PageRequest {
        cursor: None,
        limit: 2,
    };
    let first = cards.list(&context(), &request).await.unwrap();
    request.cursor = first.next;
    let second = cards.list(&context(), &request).await.unwrap();
    assert_eq!((first.items.len(), second.items.len()), (2, 1));
    assert_eq!(
        (second.items[0].status, second.next),
        (CardStatus::Pending, None)
    );
    assert_eq!(
        server.calls()[1],
        r#"POST /accounts/a1/cards {"filters":{},"pagination":{"limit":2,"page":2}}"#
    );
}

#[tokio::test]
async fn wallet_is_an_object_or_a_list() {
    let wallet =
        r#"{"id":"w1","balance":1250.5,"cards_balance":310,"finup_id":"USD1","currency":"USD"}"#;
    for (body, count) in [(wallet.to_owned(), 1), (format!("[{wallet},{wallet}]"), 2)] {
        let server = Server::always(ok(&body)).await;
        let provider = provider(&server.url, json!({}));
        let accounts = provider.funding_accounts().unwrap();
        let accounts = accounts.funding_accounts(&context()).await.unwrap();
        assert_eq!(accounts.len(), count);
        assert_eq!(accounts[0].available, usd("1250.5"));
        assert_eq!(accounts[0].name.as_deref(), Some("USD1"));
        assert_eq!(server.calls(), ["GET /accounts/a1/wallets"]);
    }
}

const PAYMENTS: &str = r#"[
  {"id":"p1","account_id":"a1","source_id":"w1","source":"Wallet","status":"Approved","side":"Credit",
   "amount":100,"currency":"USD","type":"ExternalTransfer","created_at":"2026-01-05T09:00:00.000Z"},
  {"id":"p2","source_id":"c1","source":"Card","status":"Approved","amount":12.30,"currency":"USD",
   "type":"Spend","created_at":"2026-01-05T10:00:00.500Z"},
  {"id":"p3","source_id":"c1","source":"Card","status":"Wobbling","amount":1,"currency":"USD",
   "type":"Strange","created_at":"2026-01-05T10:00:01.000Z"},
  {"id":"p4","source_id":"c1","source":"Card","status":"Approved","type":"Spend"}]"#;

#[tokio::test]
async fn payments_of_cards_are_transactions_and_unknown_words_stay_words() {
    let server = Server::always(ok(PAYMENTS)).await;
    let query = TransactionQuery {
        from: Timestamp::from_millis(1_767_603_600_000),
        to: Timestamp::from_millis(1_767_607_200_000),
        cursor: None,
        limit: 50,
    };
    let span = r#""from_created_at":"2026-01-05T09:00:00.000Z","to_created_at":"2026-01-05T10:00:00.000Z""#;
    let all = r#""side":[],"type":[],"status":[],"source_id":"","search":"","#;
    for (filters, sent) in [
        ("used", format!("{{{span}}}")),
        ("all", format!(r#"{{{all}{span},"timezone":"UTC"}}"#)),
    ] {
        let settings = json!({"payment_filters": filters, "payment_types": {"Spend": "purchase"}});
        let provider = provider(&server.url, settings);
        let page = provider.transactions().unwrap();
        let page = page.list(&context(), &query).await.unwrap();
        let [spend, strange] = page.items.as_slice() else {
            unreachable!("neither the wallet's nor the timeless one: {page:?}")
        };
        assert_eq!(
            (spend.kind, spend.status),
            (TransactionKind::Purchase, TransactionStatus::Settled)
        );
        assert_eq!(spend.amount, Some(usd("12.3")));
        assert_eq!(spend.card_ref.as_deref(), Some("c1"));
        assert_eq!(spend.occurred_at.to_string(), "2026-01-05T10:00:00.500Z");
        assert_eq!(
            (strange.kind, strange.status),
            (TransactionKind::Other, TransactionStatus::Pending)
        );
        assert_eq!(strange.provider_kind, "Strange");
        let line = server.calls().pop().unwrap();
        let body = format!(r#"{{"filters":{sent},"pagination":{{}}}}"#);
        assert_eq!(line, format!("POST /accounts/a1/transactions {body}"));
    }
}
