//! What became of an operation whose answer was lost.

use crate::support::{Server, context, context_of, find, looked_for, no, ok};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ErrorKind, OperationQuery, Trace};
use serde_json::json;

const CARDS: &str = r#""items":[{"token_id":"7001","product_id":41},
    {"token_id":"7002","product_id":41},{"token_id":"7003","product_id":42}],"total":3"#;

fn issued(known: &[&str]) -> OperationQuery {
    OperationQuery {
        card_type_ref: Some("41".to_owned()),
        known: known.iter().map(|&card| card.to_owned()).collect(),
        ..looked_for(OperationKind::Issue, None)
    }
}

fn subject(trace: Trace) -> Option<String> {
    trace.found().and_then(|report| report.subject_ref)
}

#[tokio::test]
async fn issued_card_is_the_one_the_registry_does_not_know() {
    let server = Server::start(|_| ok(CARDS)).await;
    let provider = server.provider(json!({}));
    let one = find(&provider, &issued(&["7001"])).await;
    assert_eq!(subject(one).as_deref(), Some("7002"));
    // 7003 is of another product, and not what was asked for.
    let none = find(&provider, &issued(&["7001", "7002"])).await;
    assert_eq!(none, Trace::Absent);
    let Trace::Ambiguous(seen) = find(&provider, &issued(&["7003"])).await else {
        unreachable!("two cards may be it");
    };
    assert_eq!(seen.len(), 2);
    assert!(
        seen[0].contains("7001") && seen[1].contains("7002"),
        "{seen:?}"
    );
    assert_eq!(server.calls()[0].1, r#"{"person_id":"1001"}"#);
}

#[tokio::test]
async fn issued_card_whose_id_was_told_is_found_by_it() {
    let server = Server::start(|_| ok(CARDS)).await;
    let provider = server.provider(json!({}));
    let known = |card_ref| OperationQuery {
        known: vec!["7001".to_owned()],
        ..looked_for(OperationKind::Issue, Some(card_ref))
    };
    let there = find(&provider, &known("7001")).await;
    assert_eq!(subject(there).as_deref(), Some("7001"));
    assert_eq!(find(&provider, &known("7009")).await, Trace::Absent);
}

#[tokio::test]
async fn issue_is_unclear_where_the_owner_or_the_list_is() {
    let server = Server::start(|_| ok(CARDS)).await;
    let provider = server.provider(json!({}));
    let operations = provider.operations().unwrap();
    let trace = operations.find(&context(), &issued(&[])).await.unwrap();
    assert!(matches!(trace, Trace::Ambiguous(_)), "{trace:?}");
    assert_eq!(server.calls(), []);
    let short = Server::start(|_| ok(r#""items":[],"total":1"#)).await;
    let provider = short.provider(json!({}));
    let operations = provider.operations().unwrap();
    let error = operations
        .find(&context_of("person:1001/account"), &issued(&[]))
        .await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::Malformed);
}

#[tokio::test]
async fn what_finci_shows_nowhere_is_not_guessed() {
    let server = Server::start(|_| no("UNEXPECTED")).await;
    let provider = server.provider(json!({}));
    // They set a state, and may be sent again.
    for kind in [
        OperationKind::Freeze,
        OperationKind::Unfreeze,
        OperationKind::Cancel,
    ] {
        assert_eq!(
            find(&provider, &looked_for(kind, Some("7001"))).await,
            Trace::Absent
        );
    }
    let order = looked_for(OperationKind::OrderPhysical, Some("7001"));
    assert!(matches!(find(&provider, &order).await, Trace::Ambiguous(_)));
    let enrol = looked_for(OperationKind::Enrol, None);
    let Trace::Ambiguous(seen) = find(&provider, &enrol).await else {
        unreachable!("no call shows persons");
    };
    assert!(seen[0].contains("ref1"), "{seen:?}");
    let told = looked_for(OperationKind::Enrol, Some("person:1001/due:EUR"));
    let found = find(&provider, &told).await;
    assert_eq!(subject(found).as_deref(), Some("person:1001/due:EUR"));
    assert_eq!(server.calls(), []);
}
