//! Transactions of an instance: the cards, then the budgets.

use crate::support::{Server, context, no, ok, scripted};
use cardmux_domain::provider::{Provider, TransactionQuery, TransactionReport};
use cardmux_domain::time::Timestamp;
use serde_json::{Value, json};

/// More than any test here has.
const PAGES_MAX: usize = 20;

fn item(id: &str, date: &str) -> Value {
    json!({
        "id": id, "amount": 3, "currency": "USD", "usdAmount": 3, "merchant": "SHOP",
        "status": "completed", "type": "purchase", "date": date, "transactionId": "p",
        "declineReason": null,
    })
}

async fn all(provider: &dyn Provider, limit: u32) -> Vec<TransactionReport> {
    let transactions = provider.transactions().unwrap();
    let mut query = TransactionQuery {
        from: Timestamp::from_millis(1_782_900_000_000),
        to: Timestamp::from_millis(1_782_990_000_000),
        cursor: None,
        limit,
    };
    let mut found = Vec::new();
    for _ in 0..PAGES_MAX {
        let page = transactions.list(&context(), &query).await.unwrap();
        found.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return found;
        }
    }
    panic!("the list does not end");
}

/// Two cards on pages of one, the first with three transactions; a budget with one.
fn world(seen: &crate::support::Seen) -> crate::support::Reply {
    let line = seen.line.replacen("GET /external/api", "", 1);
    let card = |id: &str| {
        let card = json!({"id": id, "currency": "USD", "status": "active"});
        ok(&json!({"cards": [card], "totalPages": 2}).to_string())
    };
    let listed = |items: Vec<Value>| ok(&json!({"transactions": items}).to_string());
    match line.as_str() {
        "/cards/list?page=1&limit=1" => card("c1"),
        "/cards/list?page=2&limit=1" => card("c2"),
        "/cards/c1/transactions?page=1&limit=1" => listed(vec![item("x1", "2026-07-01T10:00:00Z")]),
        "/cards/c1/transactions?page=2&limit=1" => listed(vec![item("x2", "2026-06-20T10:00:00Z")]),
        "/cards/c1/transactions?page=3&limit=1" => listed(vec![item("x3", "2026-05-01T10:00:00Z")]),
        "/cards/c1/transactions?page=4&limit=1" => listed(Vec::new()),
        "/cards/c2/transactions?page=1&limit=1" => listed(vec![json!({"id": "odd"})]),
        "/cards/c2/transactions?page=2&limit=1" => listed(vec![item("x4", "2026-09-01T10:00:00Z")]),
        "/cards/c2/transactions?page=3&limit=1" => listed(Vec::new()),
        "/budgets/b1/transactions?page=1&limit=1" => {
            let item = json!({
                "id": "x5", "amount": 3, "currency": "USD", "usdAmount": 3, "status": "completed",
                "type": "purchase", "transactionDate": "2026-07-01T11:00:00Z",
                "card": {"id": "c9", "maskedCardNumber": "**** 0010"},
            });
            listed(vec![item])
        }
        "/budgets/b1/transactions?page=2&limit=1" => listed(Vec::new()),
        _ => no(404, "Not found"),
    }
}

#[tokio::test]
async fn every_card_and_budget_is_walked_through_and_dates_are_compared_here() {
    let server = Server::start(world).await;
    let types = json!({"tb": {"kind": "budget_card", "budget": "b1"}});
    let provider = server.provider(json!({"page_limit": 1, "types": types}));
    let found = all(provider.as_ref(), 50).await;
    let told: Vec<_> = found
        .iter()
        .map(|t| (t.provider_ref.as_str(), t.card_ref.as_deref().unwrap()))
        .collect();
    // One is months old, one is of the future, and one cannot be read. What is days old may have
    // changed since.
    assert_eq!(told, [("x1", "c1"), ("x2", "c1"), ("x5", "budget:c9")]);
    let strict = json!({"page_limit": 1, "transactions_lookback_days": 0});
    let found = all(server.provider(strict).as_ref(), 50).await;
    let told: Vec<_> = found.iter().map(|t| t.provider_ref.as_str()).collect();
    assert_eq!(told, ["x1"]);
}

#[tokio::test]
async fn quiet_cards_share_a_page() {
    let cards = r#"{"cards":[{"id":"c1","currency":"USD"},{"id":"c2","currency":"USD"},
        {"id":"c3","currency":"USD"}],"totalPages":1}"#;
    let one = json!({"transactions": [item("x1", "2026-07-01T10:00:00Z")]}).to_string();
    let server = scripted(vec![
        ("/cards/list?page=1&limit=10", ok(cards)),
        ("/cards/c2/transactions?page=1&limit=5", ok(&one)),
        ("/transactions?page=1&limit=5", ok(r#"{"transactions":[]}"#)),
    ])
    .await;
    let provider = server.provider(json!({}));
    let found = all(provider.as_ref(), 5).await;
    assert_eq!(found[0].card_ref.as_deref(), Some("c2"));
    let lists = server
        .lines()
        .iter()
        .filter(|line| line.contains("/list"))
        .count();
    assert_eq!(lists, 1);
}
