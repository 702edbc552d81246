//! Ten thousand orders of one card's life, with repetitions: the end is always the same.
//!
//! The facts are what a provider tells by answer, webhook and query: reports of operations and of
//! transactions. They are taken over by the same functions the gateway uses; at the end the card is
//! read once more, as the gateway does after every fact that may have moved money.
#![expect(
    clippy::unwrap_used,
    reason = "a test, whose helpers carry no `#[test]`"
)]

use std::collections::BTreeMap;

use cardmux_domain::card::{Card, CardForm, CardFunds, CardModel, CardStatus};
use cardmux_domain::controls::{Controls, SpendInterval, SpendLimit};
use cardmux_domain::id::{OperationId, fresh};
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::{
    Failure, Operation, OperationKind, OperationStatus, Reference, SubjectId,
};
use cardmux_domain::provider::{
    CardSnapshot, OperationReport, Outcome, Reported, TransactionReport,
};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{ChargedTo, Transaction, TransactionKind, TransactionStatus};
use proptest::prelude::*;
use proptest::sample::Index;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + seconds * 1000)
}

fn usd(amount: i64) -> Money {
    Money::new(Decimal::from(amount), "USD".parse().unwrap())
}

#[derive(Debug, Clone)]
enum Fact {
    Operation(Box<OperationReport>),
    Transaction(Box<TransactionReport>),
}

/// What the gateway holds of one card.
#[derive(Debug, Clone, PartialEq)]
struct Registry {
    card: Card,
    operations: Vec<Operation>,
    transactions: BTreeMap<String, Transaction>,
}

impl Registry {
    fn take(&mut self, fact: &Fact, now: Timestamp) {
        match fact {
            Fact::Operation(report) => self.take_operation(report, now),
            Fact::Transaction(report) => self.take_transaction(report, now),
        }
    }

    fn take_operation(&mut self, report: &OperationReport, now: Timestamp) {
        let ours =
            |operation: &&mut Operation| Some(&operation.reference) == report.reference.as_ref();
        if let Some(operation) = self.operations.iter_mut().find(ours) {
            operation.absorb(report);
            let operation = operation.clone();
            self.card.absorb_operation(&operation, now);
        }
    }

    fn take_transaction(&mut self, report: &TransactionReport, now: Timestamp) {
        let card = &self.card;
        self.transactions
            .entry(report.provider_ref.clone())
            .and_modify(|known| {
                known.absorb(report);
            })
            .or_insert_with(|| Transaction {
                id: fresh(),
                tenant: card.tenant.clone(),
                card_id: card.id,
                instance: card.instance.clone(),
                report: report.clone(),
                version: 1,
                created_at: now,
                updated_at: now,
            });
    }

    /// What a client sees, without the numbers that count arrivals and the times of arrival.
    fn seen(mut self) -> (Card, Vec<Operation>, Vec<TransactionReport>) {
        self.card.refresh_at = None;
        let reports = self.transactions.into_values().map(|t| t.report);
        (self.card, self.operations, reports.collect())
    }
}

fn card() -> Card {
    Card {
        id: fresh(),
        tenant: "demo".parse().unwrap(),
        status: CardStatus::Pending,
        status_as_of: Timestamp::from_millis(0),
        provider_status: None,
        drift: false,
        model: CardModel::Card,
        form: CardForm::Virtual,
        type_id: fresh(),
        instance: "fincard_main".parse().unwrap(),
        provider_ref: None,
        customer_id: None,
        enrolment_id: None,
        budget_id: None,
        brand: None,
        last4: None,
        currency: "USD".parse().unwrap(),
        balance: None,
        controls: Controls::default(),
        note: None,
        label: None,
        external_id: None,
        metadata: BTreeMap::new(),
        routing: None,
        pending_operation: None,
        refresh_at: None,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn operation(card: &Card, kind: OperationKind, amount: Option<Money>) -> Operation {
    let id: OperationId = fresh();
    Operation {
        id,
        tenant: card.tenant.clone(),
        kind,
        status: OperationStatus::Pending,
        subject: SubjectId::Card(card.id),
        instance: card.instance.clone(),
        reference: Reference::of(id),
        provider_ref: None,
        provider_status: None,
        subject_ref: None,
        amount,
        fee: None,
        received: None,
        note: None,
        controls: None,
        before: None,
        holds_secret: false,
        failure: None,
        attention: None,
        occurred_at: None,
        sends: 1,
        lookups: 0,
        sent_at: None,
        due_at: None,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn told(operation: &Operation, reported: Reported, seconds: i64) -> Fact {
    let word = reported.status().to_string();
    Fact::Operation(Box::new(OperationReport {
        reference: Some(operation.reference.clone()),
        kind: Some(operation.kind),
        provider_status: word,
        provider_ref: Some(format!("order-{}", operation.reference)),
        subject_ref: Some("FC1".to_owned()),
        amount: operation.amount,
        fee: (reported == Reported::Succeeded).then(|| usd(1)),
        received: (reported == Reported::Succeeded)
            .then_some(operation.amount)
            .flatten(),
        occurred_at: Some(at(seconds)),
        enrolment: None,
        reported,
    }))
}

fn trade(
    provider_ref: &str,
    kind: TransactionKind,
    status: TransactionStatus,
    seconds: i64,
    settled: Option<i64>,
) -> TransactionReport {
    TransactionReport {
        provider_ref: provider_ref.to_owned(),
        reference: None,
        authorization_ref: None,
        card_ref: Some("FC1".to_owned()),
        original_ref: None,
        kind,
        provider_kind: kind.to_string(),
        status,
        provider_status: status.to_string(),
        amount: Some(usd(20)),
        billing_amount: Some(usd(21)),
        fee: None,
        cross_border_fee: settled.map(|_| usd(1)),
        settled_amount: settled.map(usd),
        settled_on: None,
        charged_to: ChargedTo::Card,
        authorization_code: None,
        merchant: None,
        description: None,
        occurred_at: at(seconds),
    }
}

/// A card is issued, loaded, limited, frozen, unfrozen, used, unloaded and cancelled; a deposit is
/// refused; purchases are settled, reversed, refunded and declined; the provider charges for it.
fn life() -> (Registry, Vec<Fact>) {
    use OperationKind::{Cancel, Deposit, Freeze, Issue, Unfreeze, UpdateControls, Withdraw};
    let mut card = card();
    let kinds = [
        (Issue, Some(usd(50))),
        (Deposit, Some(usd(25))),
        (Deposit, Some(usd(1_000_000))),
        (UpdateControls, None),
        (Freeze, None),
        (Unfreeze, None),
        (Withdraw, Some(usd(10))),
        (Cancel, None),
    ];
    let mut operations: Vec<Operation> = kinds
        .into_iter()
        .map(|(kind, amount)| operation(&card, kind, amount))
        .collect();
    let mut facts = Vec::new();
    for (operation, seconds) in operations.iter_mut().zip((10..).step_by(10)) {
        if operation.kind == UpdateControls {
            operation.controls = Some(Controls {
                spend_limits: Some(vec![SpendLimit {
                    channel: None,
                    interval: SpendInterval::PerTransaction,
                    amount: Decimal::from(40),
                }]),
                ..Controls::default()
            });
        }
        let refused = operation.amount == Some(usd(1_000_000));
        let end = match refused {
            true => Reported::Failed(Failure {
                code: "insufficient_funds".to_owned(),
                message: "too little".to_owned(),
                outcome: Outcome::Rejected,
                provider_code: None,
                provider_message: None,
            }),
            false => Reported::Succeeded,
        };
        facts.push(told(operation, Reported::Processing, seconds));
        facts.push(told(operation, end, seconds + 1));
    }
    // The last one is under way: what it leads to is still to come, what was before is repeated.
    card.pending_operation = operations.last().map(|operation| operation.id);
    facts.extend(
        purchases()
            .into_iter()
            .map(|report| Fact::Transaction(Box::new(report))),
    );
    let registry = Registry {
        card,
        operations,
        transactions: BTreeMap::new(),
    };
    (registry, facts)
}

fn purchases() -> Vec<TransactionReport> {
    use TransactionKind::{Fee, Overdraft, Purchase, Refund, Reversal, Verification};
    use TransactionStatus::{Declined, Pending, Settled};
    let of = |original: &str, report: TransactionReport| TransactionReport {
        original_ref: Some(original.to_owned()),
        ..report
    };
    let ours = |report: TransactionReport| TransactionReport {
        charged_to: ChargedTo::FundingAccount,
        ..report
    };
    vec![
        trade("T1", Purchase, Pending, 30, None),
        // The same trade, pushed again with other amounts: first within its status, then settled.
        TransactionReport {
            fee: Some(usd(2)),
            ..trade("T1", Purchase, Pending, 30, None)
        },
        trade("T1", Purchase, Settled, 45, Some(22)),
        of("T1", trade("T2", Refund, Settled, 55, Some(5))),
        trade("T3", Purchase, Pending, 33, None),
        of("T3", trade("T4", Reversal, Settled, 34, None)),
        trade("T5", Purchase, Declined, 35, None),
        trade("T6", Verification, Settled, 29, None),
        ours(of("T1", trade("F1", Fee, Settled, 46, Some(1)))),
        ours(trade("O1", Overdraft, Settled, 61, Some(3))),
    ]
}

/// What the provider shows at the end of that life.
fn last_reading() -> CardSnapshot {
    CardSnapshot {
        card_ref: "FC1".to_owned(),
        card_type_ref: None,
        status: CardStatus::Cancelled,
        provider_status: "cancel".to_owned(),
        status_known: true,
        last4: None,
        funds: CardFunds {
            balance: Some(usd(0)),
            ..CardFunds::default()
        },
        controls: None,
        note: None,
    }
}

fn played(mut registry: Registry, facts: &[Fact]) -> Registry {
    for (fact, seconds) in facts.iter().zip(1_000..) {
        registry.take(fact, at(seconds));
    }
    registry
        .card
        .absorb_snapshot(&last_reading(), at(1_000_000));
    // A reading while an operation is under way leaves the balance; here none is any more.
    registry
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_with_repetitions_ends_the_same(
        order in Just((0..26_usize).collect::<Vec<_>>()).prop_shuffle(),
        again in proptest::collection::vec((any::<Index>(), any::<Index>()), 0..30),
    ) {
        let (registry, facts) = life();
        prop_assert_eq!(facts.len(), order.len(), "the order is one of all facts");
        let mut sequence: Vec<Fact> = order.iter().filter_map(|i| facts.get(*i).cloned()).collect();
        for (which, to) in again {
            let repeated = which.get(&facts).clone();
            let place = to.index(sequence.len() + 1);
            sequence.insert(place, repeated);
        }
        let expected = played(registry.clone(), &facts).seen();
        prop_assert_eq!(played(registry, &sequence).seen(), expected);
    }
}

#[test]
fn the_end_of_the_life_is_what_happened() {
    let (registry, facts) = life();
    let (card, operations, transactions) = played(registry, &facts).seen();
    assert_eq!(card.status, CardStatus::Cancelled);
    assert_eq!(card.pending_operation, None);
    assert_eq!(card.balance.map(|b| b.money), Some(usd(0)));
    let failed = operations
        .iter()
        .filter(|o| o.status == OperationStatus::Failed);
    assert_eq!(failed.count(), 1);
    assert!(operations.iter().all(|o| o.status.is_final()));
    let settled: Vec<_> = transactions
        .iter()
        .filter_map(|t| t.settled_amount)
        .collect();
    assert_eq!(settled, [usd(1), usd(3), usd(22), usd(5)]);
}
