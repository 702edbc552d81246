//! What became of operations, kind by kind.

use crate::support::{
    BEFORE, LATER, Reply, Server, budget_types, context, find, looked_for, moved, no, ok, scripted,
    usd,
};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ErrorKind, Outcome, Provider, Reported, Trace};
use serde_json::json;
use std::sync::Arc;

fn card(status: &str, balance: &str) -> String {
    format!(
        r#"{{"id":"c1","currency":"USD","status":"{status}","externalCardId":"ref1",
            "balance":{{"value":{balance},"currency":"USD"}}}}"#
    )
}

fn transactions(items: &[(&str, &str, &str)]) -> Reply {
    let items: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(id, (kind, status, date))| {
            json!({
                "id": format!("x{id}"), "amount": 3, "currency": "USD", "usdAmount": 3,
                "merchant": "SHOP", "status": status, "type": kind, "date": date,
            })
        })
        .collect();
    ok(&json!({"transactions": items}).to_string())
}

fn evidence(trace: &Trace) -> String {
    match trace {
        Trace::Ambiguous(seen) => seen.join("; "),
        Trace::Found(_) | Trace::Absent => panic!("{trace:?}"),
    }
}

async fn at(status: &str, balance: &str, listed: Reply) -> (Server, Arc<dyn Provider>) {
    let server = scripted(vec![
        ("/cards/c1", ok(&card(status, balance))),
        ("/cards/c1/transactions?page=1&limit=10", listed),
    ])
    .await;
    let provider = server.provider(json!({}));
    (server, provider)
}

#[tokio::test]
async fn card_is_found_by_our_reference_and_by_nothing_else() {
    let issue = looked_for(OperationKind::Issue, None);
    let own = card("active", "0");
    let pending = own.replace("active", "pending");
    let other = own.replace("ref1", "ref2");
    let list = |cards: &str| ok(&format!(r#"{{"cards":[{cards}],"totalPages":1}}"#));
    for (details, listed, expected) in [
        (ok(&own), list(""), Some(Reported::Succeeded)),
        (ok(&pending), list(""), Some(Reported::Processing)),
        (
            no(404, "Card not found"),
            list(&own),
            Some(Reported::Succeeded),
        ),
        (no(400, "Invalid id"), list(&own), Some(Reported::Succeeded)),
        (ok(&other), list(&other), None),
        (no(404, "Card not found"), list(""), None),
    ] {
        let server = scripted(vec![
            ("/cards/ref1", details),
            ("/cards/list?page=1&limit=10&query=ref1", listed),
        ])
        .await;
        let provider = server.provider(json!({}));
        let found = find(&provider, &issue).await.found();
        assert_eq!(found.as_ref().map(|f| f.reported.clone()), expected);
        if let Some(found) = found {
            assert_eq!(found.subject_ref.as_deref(), Some("c1"));
        }
    }
}

#[tokio::test]
async fn budget_card_is_found_by_its_details_alone() {
    let own = card("active", "0");
    let server = scripted(vec![
        ("/budget-cards/ref1", (axum::http::StatusCode::OK, own)),
        (
            "/cards/list?page=1&limit=10&query=ref1",
            ok(r#"{"cards":[]}"#),
        ),
    ])
    .await;
    let provider = server.provider(budget_types());
    let found = find(&provider, &looked_for(OperationKind::Issue, None)).await;
    let found = found.found().unwrap();
    assert_eq!(found.subject_ref.as_deref(), Some("budget:c1"));
}

#[tokio::test]
async fn card_whose_id_was_answered_is_read_under_it() {
    // Its external id is looked up nowhere.
    let own = card("pending", "0");
    let server = scripted(vec![(
        "/budget-cards/c1",
        (axum::http::StatusCode::OK, own),
    )])
    .await;
    let provider = server.provider(budget_types());
    let issue = looked_for(OperationKind::Issue, Some("budget:c1"));
    let found = find(&provider, &issue).await.found().unwrap();
    assert_eq!(found.reported, Reported::Processing);
    assert_eq!(found.subject_ref.as_deref(), Some("budget:c1"));
}

#[tokio::test]
async fn list_that_ignores_the_search_word_proves_nothing() {
    let other = card("active", "0").replace("ref1", "ref2");
    let server = Server::start(move |seen| match seen.line.contains("/list") {
        true => ok(&format!(r#"{{"cards":[{other}],"totalPages":1000}}"#)),
        false => no(404, "Card not found"),
    })
    .await;
    let provider = server.provider(json!({}));
    let query = looked_for(OperationKind::Issue, None);
    let operations = provider.operations().unwrap();
    let error = operations.find(&context(), &query).await.unwrap_err();
    assert_eq!(
        (error.kind, error.outcome),
        (ErrorKind::Malformed, Outcome::Unknown)
    );
    assert!(server.lines().len() < 30);
}

#[tokio::test]
async fn movement_is_told_by_the_balance_where_nothing_else_moved() {
    use OperationKind::{Deposit, Withdraw};
    let old = || transactions(&[("purchase", "completed", BEFORE)]);
    for (kind, balance, done) in [
        (Deposit, "15", true),
        (Deposit, "10.00", false),
        (Withdraw, "5", true),
        (Withdraw, "10", false),
    ] {
        let (_server, provider) = at("active", balance, old()).await;
        let trace = find(&provider, &moved(kind)).await;
        match done {
            true => assert_eq!(trace.found().unwrap().amount, Some(usd("5"))),
            false => assert_eq!(trace, Trace::Absent, "{kind} {balance}"),
        }
    }
}

#[tokio::test]
async fn movement_beside_others_is_a_case_for_a_person() {
    let deposit = moved(OperationKind::Deposit);
    let bought = transactions(&[("purchase", "pending", LATER)]);
    let (_server, provider) = at("active", "15", bought).await;
    let seen = evidence(&find(&provider, &deposit).await);
    assert!(seen.contains("3.00 USD"), "{seen}");
    let harmless = transactions(&[
        ("topup", "completed", LATER),
        ("purchase", "declined", LATER),
    ]);
    let (_server, provider) = at("active", "15", harmless).await;
    assert!(find(&provider, &deposit).await.found().is_some());
    let (_server, provider) = at("active", "12", transactions(&[])).await;
    assert!(matches!(
        find(&provider, &deposit).await,
        Trace::Ambiguous(_)
    ));
    let unreadable = transactions(&[("purchase", "completed", "some day")]);
    let (_server, provider) = at("active", "15", unreadable).await;
    assert!(matches!(
        find(&provider, &deposit).await,
        Trace::Ambiguous(_)
    ));
    let (_server, provider) = at("active", "15", transactions(&[])).await;
    let mut unread = deposit.clone();
    unread.before = None;
    assert!(matches!(
        find(&provider, &unread).await,
        Trace::Ambiguous(_)
    ));
}

#[tokio::test]
async fn state_of_the_card_tells_what_brings_it_about() {
    use OperationKind::{Cancel, Freeze, Unfreeze};
    for (kind, status, done) in [
        (Freeze, "frozen", true),
        (Freeze, "active", false),
        (Freeze, "blocked", false),
        (Unfreeze, "active", true),
        (Unfreeze, "frozen", false),
        (Cancel, "deleted", true),
        (Cancel, "active", false),
    ] {
        let (_server, provider) = at(status, "0", transactions(&[])).await;
        let trace = find(&provider, &looked_for(kind, Some("c1"))).await;
        assert_eq!(trace.clone().found().is_some(), done, "{kind} {status}");
        assert!(done || trace == Trace::Absent);
    }
}

#[tokio::test]
async fn cancelled_card_tells_what_came_back_only_where_that_is_certain() {
    let cancel = moved(OperationKind::Cancel);
    let (_server, provider) = at("deleted", "0", transactions(&[])).await;
    let found = find(&provider, &cancel).await.found().unwrap();
    assert_eq!(found.received, Some(usd("10")));
    let bought = transactions(&[("purchase", "completed", LATER)]);
    let (_server, provider) = at("deleted", "0", bought).await;
    let found = find(&provider, &cancel).await.found().unwrap();
    assert_eq!(found.received, None);
    let server = scripted(Vec::new()).await;
    let provider = server.provider(json!({}));
    assert!(matches!(
        find(&provider, &cancel).await,
        Trace::Ambiguous(_)
    ));
}

#[tokio::test]
async fn what_nothing_shows_is_not_guessed() {
    let server = scripted(vec![
        (
            "/disputes/d1/status",
            ok(r#"{"id":"d1","status":"cancelled"}"#),
        ),
        (
            "/disputes/d2/status",
            ok(r#"{"id":"d2","status":"reviewing"}"#),
        ),
    ])
    .await;
    let provider = server.provider(json!({}));
    for kind in [
        OperationKind::SetPin,
        OperationKind::Activate,
        OperationKind::OrderPhysical,
    ] {
        let trace = find(&provider, &looked_for(kind, Some("c1"))).await;
        assert!(matches!(trace, Trace::Ambiguous(_)), "{kind}");
    }
    for kind in [OperationKind::UpdateControls, OperationKind::CreateBudget] {
        assert_eq!(
            find(&provider, &looked_for(kind, Some("c1"))).await,
            Trace::Absent
        );
    }
    assert!(server.seen().is_empty());
    let lost = find(&provider, &looked_for(OperationKind::OpenDispute, None)).await;
    assert!(matches!(lost, Trace::Ambiguous(_)));
    let opened = looked_for(OperationKind::OpenDispute, Some("d2"));
    let opened = find(&provider, &opened).await.found().unwrap();
    assert_eq!(opened.provider_status, "reviewing");
    let cancel = |id| looked_for(OperationKind::CancelDispute, Some(id));
    assert!(find(&provider, &cancel("d1")).await.found().is_some());
    assert_eq!(find(&provider, &cancel("d2")).await, Trace::Absent);
}
