//! The test's hand on the mock: what engine tests and the bench rely on.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, not in a `#[test]` themselves"
)]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use cardmux_domain::card::CardStatus;
use cardmux_domain::id::OperationId;
use cardmux_domain::money::Money;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CallContext, Cards, Catalogue, CreateKey, ErrorKind, Funds, IssueCard, MoveFunds,
    OperationQuery, Operations, Outcome, Reported, Trace,
};
use cardmux_provider_mock::{Fault, Method, MockProvider, MockSettings, When};

/// Without latency nothing ever waits, so one poll is enough and no runtime is needed.
fn now<T>(call: impl Future<Output = T>) -> T {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("the mock waits for something"),
    }
}

fn ctx() -> CallContext {
    CallContext {
        tenant: "test".parse().unwrap(),
        request_id: "req_test".to_owned(),
        deadline: Instant::now() + Duration::from_secs(5),
        enrolment_ref: None,
    }
}

fn mock(create_key: CreateKey, asynchronous: bool) -> MockProvider {
    MockProvider::new(MockSettings {
        create_key,
        asynchronous,
        ..MockSettings::default()
    })
}

fn issue(type_ref: &str) -> IssueCard {
    IssueCard {
        reference: Reference::of(OperationId::new()),
        card_type_ref: type_ref.to_owned(),
        initial_balance: None,
        enrolment_ref: None,
        budget_ref: None,
        card_number: None,
        cardholder: None,
        label: None,
    }
}

fn query(reference: &Reference, kind: OperationKind) -> OperationQuery {
    OperationQuery {
        reference: reference.clone(),
        kind,
        subject_ref: None,
        amount: None,
        note: None,
        sent_at: None,
        before: None,
        card_type_ref: None,
        known: Vec::new(),
    }
}

#[test]
fn fault_after_the_work_leaves_one_card_and_is_used_once() {
    let mock = mock(CreateKey::Unique, false);
    mock.fail_next(Method::Issue, Fault::interrupted(When::After));
    let request = issue("mock_usd");
    let lost = now(mock.issue(&ctx(), &request)).unwrap_err();
    assert_eq!(
        (lost.kind, lost.outcome),
        (ErrorKind::Interrupted, Outcome::Unknown)
    );
    assert_eq!(mock.cards_made_with(&request.reference), 1);
    let again = now(mock.issue(&ctx(), &request)).unwrap_err();
    assert_eq!(
        (again.kind, again.outcome),
        (ErrorKind::DuplicateReference, Outcome::Unknown)
    );
    assert_eq!(mock.cards_made(), 1);
}

#[test]
fn reference_that_protects_nothing_makes_two_cards() {
    let mock = mock(CreateKey::None, false);
    let request = issue("mock_usd");
    now(mock.issue(&ctx(), &request)).unwrap();
    now(mock.issue(&ctx(), &request)).unwrap();
    assert_eq!(mock.cards_made_with(&request.reference), 2);
}

#[test]
fn hidden_operation_shows_after_the_look_ups_asked_for() {
    let mock = mock(CreateKey::Unique, true);
    mock.hide_next(2);
    let request = issue("mock_usd");
    let report = now(mock.issue(&ctx(), &request)).unwrap();
    assert_eq!(report.reported, Reported::Processing);
    let find = || now(mock.find(&ctx(), &query(&request.reference, OperationKind::Issue))).unwrap();
    assert_eq!((find(), find()), (Trace::Absent, Trace::Absent));
    assert_eq!(find().found().unwrap().reported, Reported::Succeeded);
}

#[test]
fn asynchronous_work_is_checked_again_when_it_finishes() {
    let mock = mock(CreateKey::Unique, true);
    let request = issue("mock_jpy");
    now(mock.issue(&ctx(), &request)).unwrap();
    let report = now(mock.find(&ctx(), &query(&request.reference, OperationKind::Issue)))
        .unwrap()
        .found()
        .unwrap();
    let card_ref = report.subject_ref.unwrap();
    let moved = |amount: i64| MoveFunds {
        reference: Reference::of(OperationId::new()),
        card_ref: card_ref.clone(),
        amount: Money::new(amount.into(), "JPY".parse().unwrap()),
        note: None,
    };
    let finish = |request: &MoveFunds, kind| {
        let query = query(&request.reference, kind);
        now(mock.find(&ctx(), &query))
            .unwrap()
            .found()
            .unwrap()
            .reported
    };
    let deposit = moved(150);
    let report = now(mock.deposit(&ctx(), &deposit)).unwrap();
    // 1 % of 150 yen is 1.5: there are no half yen.
    assert_eq!(report.fee.unwrap().amount_text(), "2");
    assert_eq!(
        finish(&deposit, OperationKind::Deposit),
        Reported::Succeeded
    );

    let (first, second) = (moved(100), moved(100));
    now(mock.withdraw(&ctx(), &first)).unwrap();
    now(mock.withdraw(&ctx(), &second)).unwrap();
    assert_eq!(finish(&first, OperationKind::Withdraw), Reported::Succeeded);
    assert!(matches!(
        finish(&second, OperationKind::Withdraw),
        Reported::Failed(_)
    ));
    assert_eq!(
        now(mock.balance(&ctx(), &card_ref)).unwrap().amount_text(),
        "50"
    );
    assert_eq!(
        now(mock.get(&ctx(), &card_ref)).unwrap().status,
        CardStatus::Active
    );
}

#[test]
fn type_for_a_known_cardholder_is_refused_without_one() {
    let mock = mock(CreateKey::Unique, false);
    assert_eq!(now(mock.card_types(&ctx())).unwrap().len(), 8);
    let error = now(mock.issue(&ctx(), &issue("mock_eur_holder"))).unwrap_err();
    assert_eq!(error.outcome, Outcome::Rejected);
    assert_eq!(error.provider_code.as_deref(), Some("cardholder_needed"));
    assert_eq!(mock.cards_made(), 0);
}
