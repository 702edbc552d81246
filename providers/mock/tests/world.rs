//! The parts of the mock that stand for the outside world: reviews that wait, budgets that run dry,
//! webhooks that carry a code.

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
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    Budgets, CallContext, CardChange, Cards, CreateBudget, Delivery, FundingAccounts, IssueCard,
    MoveBudgetFunds, OperationReport, ProviderEvent, Simulation, Simulator, TransactionQuery,
    Transactions, Webhooks,
};
use cardmux_domain::secret::SecretString;
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{ChargedTo, Merchant, TransactionKind};
use cardmux_provider_mock::{MockProvider, MockSettings, SIGNATURE_HEADER};

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

fn mock() -> MockProvider {
    MockProvider::new(MockSettings {
        webhook_secret: Some("a secret of the tests".into()),
        ..MockSettings::default()
    })
}

fn reference() -> Reference {
    Reference::of(OperationId::new())
}

fn usd(amount: i64) -> Money {
    Money::new(Decimal::from(amount), "USD".parse().unwrap())
}

fn issue(type_ref: &str, amount: i64) -> IssueCard {
    IssueCard {
        reference: reference(),
        card_type_ref: type_ref.to_owned(),
        initial_balance: Some(usd(amount)),
        enrolment_ref: None,
        budget_ref: None,
        card_number: None,
        cardholder: None,
        label: None,
    }
}

fn subject(report: OperationReport) -> String {
    report.subject_ref.unwrap()
}

#[test]
fn budget_pays_for_its_cards_until_it_runs_dry() {
    let mock = mock();
    let create = CreateBudget {
        reference: reference(),
        name: "canteen".to_owned(),
        currency: "USD".parse().unwrap(),
    };
    let budget_ref = subject(now(mock.create(&ctx(), &create)).unwrap());
    let fund = MoveBudgetFunds {
        reference: reference(),
        budget_ref: budget_ref.clone(),
        amount: usd(100),
    };
    now(mock.fund(&ctx(), &fund)).unwrap();
    let card = |amount| IssueCard {
        budget_ref: Some(budget_ref.clone()),
        ..issue("mock_usd_budget", amount)
    };
    // Sixty, and one for the card.
    let card_ref = subject(now(mock.issue(&ctx(), &card(60))).unwrap());
    let left = || now(Budgets::get(&mock, &ctx(), &budget_ref)).unwrap();
    assert_eq!(left().available, usd(39));
    let error = now(mock.issue(&ctx(), &card(39))).unwrap_err();
    assert_eq!(error.provider_code.as_deref(), Some("too_little_left"));
    let cancel = CardChange {
        reference: reference(),
        card_ref,
        note: None,
    };
    now(mock.cancel(&ctx(), &cancel)).unwrap();
    assert_eq!(left().available, usd(99));
    assert_eq!(mock.budgets_made(), 1);
}

#[test]
fn settlement_above_the_balance_is_covered_by_the_funding_account() {
    let mock = mock();
    let card_ref = subject(now(mock.issue(&ctx(), &issue("mock_usd", 10))).unwrap());
    let authorize = Simulation::Authorize {
        card_ref: card_ref.clone(),
        amount: usd(10),
        merchant: Box::new(Merchant::default()),
        verification: false,
        decline: None,
    };
    let id = now(mock.simulate(&ctx(), &authorize)).unwrap().unwrap();
    let settle = Simulation::Settle {
        transaction_ref: id,
        amount: Some(usd(12)),
    };
    now(mock.simulate(&ctx(), &settle)).unwrap();
    let query = TransactionQuery {
        from: Timestamp::from_millis(0),
        to: Timestamp::from_millis(i64::MAX),
        cursor: None,
        limit: 100,
    };
    let listed = now(Transactions::list(&mock, &ctx(), &query)).unwrap();
    let overdraft = listed
        .items
        .iter()
        .find(|report| report.kind == TransactionKind::Overdraft)
        .unwrap();
    assert_eq!(overdraft.charged_to, ChargedTo::FundingAccount);
    assert_eq!(overdraft.billing_amount, Some(usd(2)));
    let accounts = now(mock.funding_accounts(&ctx())).unwrap();
    assert_eq!(accounts[0].available, usd(999_998));
}

#[test]
fn webhook_of_a_code_is_kept_without_the_code() {
    let mock = mock();
    // A number of the type's BIN with a right check digit.
    let number = SecretString::from("4000150000000005");
    let request = IssueCard {
        card_number: Some(number),
        ..issue("mock_usd_physical", 10)
    };
    let card_ref = subject(now(mock.issue(&ctx(), &request)).unwrap());
    let seen = now(Cards::get(&mock, &ctx(), &card_ref)).unwrap();
    assert_eq!(seen.status, CardStatus::Inactive);
    let body = mock.webhook_bodies_about(&card_ref).pop().unwrap();
    let headers = [(SIGNATURE_HEADER.to_owned(), mock.sign(&body).unwrap())];
    let verified = mock
        .verify(&Delivery {
            headers: &headers,
            body: &body,
        })
        .unwrap();
    let retained = verified.retained.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("\"value\""));
    assert!(!String::from_utf8_lossy(&retained).contains("\"value\""));
    let events = mock.translate(&verified.category, &retained).unwrap();
    assert!(matches!(events.as_slice(), [ProviderEvent::Challenge(_)]));
}

#[test]
fn blocked_card_is_told_and_takes_no_purchase() {
    let mock = mock();
    let card_ref = subject(now(mock.issue(&ctx(), &issue("mock_usd", 10))).unwrap());
    let block = Simulation::Block {
        card_ref: card_ref.clone(),
    };
    now(mock.simulate(&ctx(), &block)).unwrap();
    let body = mock.webhook_bodies_about(&card_ref).pop().unwrap();
    let events = mock.translate("card", &body).unwrap();
    assert!(matches!(
        events.as_slice(),
        [ProviderEvent::CardStatus {
            status: CardStatus::Blocked,
            ..
        }]
    ));
    let freeze = CardChange {
        reference: reference(),
        card_ref,
        note: None,
    };
    let error = now(mock.freeze(&ctx(), &freeze)).unwrap_err();
    assert_eq!(error.provider_code.as_deref(), Some("bad_status"));
    assert_eq!(mock.made_with(OperationKind::Freeze, &freeze.reference), 0);
}
