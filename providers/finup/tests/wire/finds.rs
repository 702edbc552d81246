//! What became of an operation.

use crate::support::{Server, context, listed, looked_for, ok, provider, shown, usd};
use cardmux_domain::card::CardFunds;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{OperationQuery, Reported, Trace};
use serde_json::json;

async fn find(server: &Server, settings: serde_json::Value, query: &OperationQuery) -> Trace {
    let provider = provider(&server.url, settings);
    let operations = provider.operations().unwrap();
    operations.find(&context(), query).await.unwrap()
}

/// What it comes to, in a word.
fn word(trace: &Trace) -> &'static str {
    match trace {
        Trace::Absent => "absent",
        Trace::Ambiguous(_) => "ambiguous",
        Trace::Found(report) => match report.reported {
            Reported::Processing => "processing",
            Reported::Succeeded => "succeeded",
            Reported::Failed(_) => "failed",
        },
    }
}

#[tokio::test]
async fn issued_card_is_found_by_its_whole_tag() {
    let other = || listed("c2", "Enabled", "cmx:ref12");
    for (status, wanted) in [
        ("Processing", "processing"),
        ("Pending", "processing"),
        ("Enabled", "succeeded"),
        ("Blocked", "succeeded"),
        ("Closed", "succeeded"),
    ] {
        let ours = listed("c1", status, "cmx:ref1");
        // Twice the same card is one card.
        let server = Server::always(ok(&format!("[{},{ours},{ours}]", other()))).await;
        let trace = find(&server, json!({}), &looked_for(OperationKind::Issue, None)).await;
        assert_eq!(word(&trace), wanted, "{status}");
        let report = trace.found().unwrap();
        assert_eq!(report.subject_ref.as_deref(), Some("c1"));
        assert_eq!(report.provider_status, status);
        assert_eq!(
            server.calls(),
            [r#"POST /accounts/a1/cards {"filters":{"search":"cmx:ref1"},"pagination":{}}"#]
        );
    }
}

#[tokio::test]
async fn issue_that_left_no_card_is_absent_after_a_glance_at_the_whole_list() {
    let server = Server::always(ok(&format!("[{}]", listed("c2", "Enabled", "cmx:ref12")))).await;
    let query = looked_for(OperationKind::Issue, None);
    let trace = find(&server, json!({}), &query).await;
    assert_eq!(trace, Trace::Absent);
    let calls = server.calls();
    assert!(calls[0].contains("search") && !calls[1].contains("search"));
    assert_eq!(calls.len(), 2);
}

#[tokio::test]
async fn card_the_search_does_not_show_is_found_in_the_list() {
    let server = Server::start(|seen| match seen.text().contains("search") {
        true => ok("[]"),
        false => ok(&format!("[{}]", listed("c1", "Enabled", "cmx:ref1"))),
    })
    .await;
    let query = looked_for(OperationKind::Issue, None);
    assert_eq!(word(&find(&server, json!({}), &query).await), "succeeded");
}

#[tokio::test]
async fn two_cards_with_one_tag_are_ambiguous() {
    let two = [
        listed("c1", "Enabled", "cmx:ref1"),
        listed("c2", "Enabled", "cmx:ref1"),
    ];
    let server = Server::always(ok(&format!("[{}]", two.join(",")))).await;
    let trace = find(&server, json!({}), &looked_for(OperationKind::Issue, None)).await;
    let Trace::Ambiguous(seen) = trace else {
        unreachable!("{trace:?}")
    };
    assert!(seen.len() == 2 && seen[0].contains("c1") && seen[1].contains("c2"));
}

#[tokio::test]
async fn card_that_hides_the_field_of_the_tag_is_ambiguous_if_it_is_young_enough() {
    for (created, wanted) in [
        ("2026-01-05T09:00:01.000Z", "ambiguous"),
        ("2026-01-05T08:50:00.000Z", "absent"),
    ] {
        let card = json!({"id": "c1", "status": "Enabled", "name": "Ads", "created_at": created});
        let server = Server::always(ok(&card.to_string())).await;
        let query = looked_for(OperationKind::Issue, None);
        assert_eq!(
            word(&find(&server, json!({}), &query).await),
            wanted,
            "{created}"
        );
    }
}

#[tokio::test]
async fn without_search_the_list_has_to_be_seen_whole() {
    let server = Server::always(ok("[]")).await;
    let query = looked_for(OperationKind::Issue, None);
    let blind = json!({"search_finds_tag": false});
    assert_eq!(word(&find(&server, blind, &query).await), "ambiguous");
    let named = json!({"search_finds_tag": false, "page_field": "page", "limit_field": "limit"});
    assert_eq!(find(&server, named, &query).await, Trace::Absent);
    assert!(!server.calls().iter().any(|call| call.contains("search")));
}

#[tokio::test]
async fn walk_ends_at_its_bound_and_proves_nothing_then() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let id = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        ok(&listed(&format!("c{id}"), "Enabled", ""))
    })
    .await;
    let settings = json!({"search_finds_tag": false, "page_field": "page", "limit_field": "limit",
        "page_size": 1});
    let query = looked_for(OperationKind::Issue, None);
    assert_eq!(word(&find(&server, settings, &query).await), "ambiguous");
    assert_eq!(server.seen().len(), 50);
}

#[tokio::test]
async fn issue_whose_card_is_known_is_read_there() {
    let server = Server::always(ok(&shown("c1", "Enabled", ["0", "0", "0"]))).await;
    let query = looked_for(OperationKind::Issue, Some("c1"));
    assert_eq!(word(&find(&server, json!({}), &query).await), "succeeded");
    assert_eq!(server.calls(), ["GET /cards/c1"]);
}

#[tokio::test]
async fn changes_are_told_by_the_status_of_the_card() {
    use OperationKind::{Cancel, Freeze, Unfreeze};
    for (kind, status, wanted) in [
        (Freeze, "Freezed", "succeeded"),
        (Freeze, "Freezing", "processing"),
        (Freeze, "Enabled", "absent"),
        (Freeze, "Melted", "ambiguous"),
        (Unfreeze, "Enabled", "succeeded"),
        (Unfreeze, "Unreezing", "processing"),
        (Unfreeze, "Freezed", "absent"),
        (Cancel, "Closed", "succeeded"),
        (Cancel, "Closing", "processing"),
        (Cancel, "Freezed", "absent"),
    ] {
        let server = Server::always(ok(&shown("c1", status, ["0", "0", "0"]))).await;
        let trace = find(&server, json!({}), &looked_for(kind, Some("c1"))).await;
        assert_eq!(word(&trace), wanted, "{kind} {status}");
        let without = find(&server, json!({}), &looked_for(kind, None)).await;
        assert_eq!(word(&without), "ambiguous");
    }
}

fn funds(balance: &str, deposited: &str, withdrawn: &str) -> CardFunds {
    CardFunds {
        balance: Some(usd(balance)),
        deposited: Some(usd(deposited)),
        withdrawn: Some(usd(withdrawn)),
    }
}

fn money(kind: OperationKind, before: CardFunds) -> OperationQuery {
    OperationQuery {
        amount: Some(usd("5")),
        before: Some(before),
        ..looked_for(kind, Some("c1"))
    }
}

#[tokio::test]
async fn money_is_told_by_the_totals_before_and_now() {
    use OperationKind::{Deposit, Withdraw};
    for (kind, now, wanted) in [
        (Deposit, ["15", "25.00", "10"], "succeeded"),
        // Spent meanwhile: the total does not mind.
        (Deposit, ["2", "25", "10"], "succeeded"),
        (Deposit, ["10", "20", "10"], "absent"),
        (Deposit, ["14", "24", "10"], "ambiguous"),
        (Deposit, ["20", "30", "10"], "ambiguous"),
        // The total did not move, the balance did.
        (Deposit, ["15", "20", "10"], "ambiguous"),
        (Withdraw, ["5", "20", "15"], "succeeded"),
        (Withdraw, ["10", "20", "10"], "absent"),
        (Withdraw, ["7", "20", "13"], "ambiguous"),
    ] {
        let server = Server::always(ok(&shown("c1", "Enabled", now))).await;
        let query = money(kind, funds("10", "20", "10"));
        let trace = find(&server, json!({}), &query).await;
        assert_eq!(word(&trace), wanted, "{kind} {now:?}");
        assert_eq!(server.calls(), ["GET /cards/c1"]);
    }
}

#[tokio::test]
async fn money_without_a_reading_before_is_ambiguous() {
    let server = Server::always(ok(&shown("c1", "Enabled", ["5", "5", "0"]))).await;
    let mut query = money(OperationKind::Deposit, CardFunds::default());
    query.before = None;
    assert_eq!(word(&find(&server, json!({}), &query).await), "ambiguous");
}

#[tokio::test]
async fn where_totals_are_not_trusted_the_balance_decides_if_nothing_else_was_paid() {
    let of_card = |amount: &str| {
        format!(r#"[{{"id":"p1","source":"Card","source_id":"c1","amount":{amount}}}]"#)
    };
    for (balance, payments, wanted) in [
        ("15", "[]".to_owned(), "succeeded"),
        ("15", of_card("5"), "succeeded"),
        ("10", "[]".to_owned(), "absent"),
        ("15", of_card("3"), "ambiguous"),
        ("12", "[]".to_owned(), "ambiguous"),
    ] {
        let payments_shown = payments.clone();
        let server = Server::start(move |seen| match seen.path.as_str() {
            "/accounts/a1/transactions" => ok(&payments_shown),
            _ => ok(&shown("c1", "Enabled", [balance, "99", "99"])),
        })
        .await;
        let before = CardFunds {
            balance: Some(usd("10")),
            ..CardFunds::default()
        };
        let query = money(OperationKind::Deposit, before);
        let trace = find(&server, json!({"totals": false}), &query).await;
        assert_eq!(word(&trace), wanted, "{balance} {payments}");
        let filters = r#"{"source_id":"c1","from_created_at":"2026-01-05T09:00:00.000Z"}"#;
        let line = server.calls().pop().unwrap();
        assert!(line.contains(filters), "{line}");
    }
}

#[tokio::test]
async fn closed_card_tells_what_came_back_only_where_it_is_known() {
    for (now, received) in [
        (["0", "20", "20"], Some(usd("10"))),
        // Fate unknown: nothing was booked as taken off.
        (["0", "20", "10"], None),
        (["10", "20", "10"], None),
        (["0", "20", "19"], None),
    ] {
        let server = Server::always(ok(&shown("c1", "Closed", now))).await;
        let query = money(OperationKind::Cancel, funds("10", "20", "10"));
        let report = find(&server, json!({}), &query).await.found().unwrap();
        assert_eq!(report.received, received, "{now:?}");
    }
}

#[tokio::test]
async fn kinds_that_are_never_sent_are_absent_without_a_call() {
    let server = Server::always(ok("{}")).await;
    let query = looked_for(OperationKind::SetPin, Some("c1"));
    assert_eq!(find(&server, json!({}), &query).await, Trace::Absent);
    assert!(server.seen().is_empty());
}
