use super::*;
use crate::operation::SubjectId;
use crate::provider::Outcome;
use crate::routing::{FailedAttempt, RoutedRequest};

#[test]
fn terminal_statuses_allow_and_become_nothing() {
    for status in CardStatus::VARIANTS.iter().filter(|s| s.is_terminal()) {
        assert!(status.allows().is_empty());
        assert!(
            CardStatus::VARIANTS
                .iter()
                .all(|next| !status.may_become(*next))
        );
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn usd(amount: i64) -> Money {
    Money::new(Decimal::from(amount), "USD".parse().unwrap())
}

fn active_card_with(balance: i64) -> Card {
    Card {
        id: crate::id::fresh(),
        tenant: "demo".parse().unwrap(),
        status: CardStatus::Active,
        status_as_of: at(1),
        provider_status: Some("Normal".to_owned()),
        drift: false,
        model: CardModel::Card,
        form: CardForm::Virtual,
        type_id: crate::id::fresh(),
        instance: "fincard_main".parse().unwrap(),
        provider_ref: Some("FC1".to_owned()),
        customer_id: None,
        enrolment_id: None,
        budget_id: None,
        brand: None,
        last4: None,
        currency: "USD".parse().unwrap(),
        balance: Some(Balance {
            money: usd(balance),
            as_of: at(1),
        }),
        controls: Controls::default(),
        note: None,
        label: None,
        external_id: None,
        metadata: std::collections::BTreeMap::new(),
        routing: None,
        pending_operation: None,
        refresh_at: None,
        version: 3,
        created_at: at(0),
        updated_at: at(1),
    }
}

fn deposit_on(card: &Card, amount: i64) -> Operation {
    let id = crate::id::fresh();
    Operation {
        id,
        tenant: card.tenant.clone(),
        kind: OperationKind::Deposit,
        status: OperationStatus::Pending,
        subject: SubjectId::Card(card.id),
        instance: card.instance.clone(),
        reference: crate::operation::Reference::of(id),
        provider_ref: None,
        provider_status: None,
        subject_ref: None,
        amount: Some(usd(amount)),
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
        created_at: at(2),
        updated_at: at(2),
    }
}

fn snapshot(balance: i64) -> CardSnapshot {
    CardSnapshot {
        card_ref: "FC1".to_owned(),
        card_type_ref: None,
        status: CardStatus::Active,
        provider_status: "Normal".to_owned(),
        status_known: true,
        last4: None,
        funds: CardFunds {
            balance: Some(usd(balance)),
            ..CardFunds::default()
        },
        controls: None,
        note: None,
    }
}

#[test]
fn balance_read_during_a_deposit_is_not_counted_twice() {
    let mut card = active_card_with(20);
    let mut deposit = deposit_on(&card, 10);
    card.pending_operation = Some(deposit.id);
    // The provider has done it, we have not heard yet: this reading has the deposit in.
    card.absorb_snapshot(&snapshot(30), at(3));
    deposit.status = OperationStatus::Succeeded;
    deposit.occurred_at = Some(at(4));
    card.absorb_operation(&deposit, at(5));
    assert_eq!(card.balance.map(|b| b.money), Some(usd(30)));
    assert_eq!(
        card.refresh_at,
        Some(at(5)),
        "the estimate is to be replaced by a reading"
    );
    card.absorb_snapshot(&snapshot(29), at(6));
    assert_eq!(card.balance.map(|b| b.money), Some(usd(29)));
}

#[test]
fn operation_absorbed_again_changes_nothing() {
    let mut card = active_card_with(20);
    let mut deposit = deposit_on(&card, 10);
    card.pending_operation = Some(deposit.id);
    deposit.status = OperationStatus::Succeeded;
    deposit.occurred_at = Some(at(4));
    card.absorb_operation(&deposit, at(5));
    let once = card.clone();
    card.absorb_operation(&deposit, at(6));
    assert_eq!(card, once);
}

#[test]
fn operation_at_an_issuer_that_was_left_says_nothing_of_the_card() {
    let refused = Operation {
        kind: OperationKind::Issue,
        subject_ref: Some("of the first issuer".to_owned()),
        ..deposit_on(&active_card_with(0), 0)
    };
    let mut card = Card {
        status: CardStatus::Pending,
        provider_ref: None,
        pending_operation: Some(crate::id::fresh()),
        routing: Some(Box::new(Routing {
            rule: "r".to_owned(),
            request: RoutedRequest::default(),
            candidates: Vec::new(),
            excluded: Vec::new(),
            failed: vec![FailedAttempt {
                instance: refused.instance.clone(),
                type_id: crate::id::fresh(),
                operation_id: refused.id,
                code: "provider_refused".to_owned(),
                outcome: Outcome::Rejected,
            }],
        })),
        ..active_card_with(0)
    };
    let before = card.clone();
    for status in [OperationStatus::Failed, OperationStatus::Succeeded] {
        let late = Operation {
            status,
            ..refused.clone()
        };
        card.absorb_operation(&late, at(5));
        assert_eq!(card, before, "{status}");
    }
}

#[test]
fn status_text_round_trips() {
    for status in CardStatus::VARIANTS {
        assert_eq!(status.to_string().parse::<CardStatus>().unwrap(), *status);
    }
    assert_eq!(CardModel::BudgetCard.to_string(), "budget_card");
}

#[test]
fn reading_without_a_status_leaves_that_of_the_registry() {
    let mut card = active_card_with(20);
    card.status = CardStatus::Frozen;
    card.provider_status = None;
    let reading = CardSnapshot {
        status_known: false,
        last4: Some("0042".to_owned()),
        ..snapshot(20)
    };
    card.absorb_snapshot(&reading, at(3));
    assert_eq!((card.status, card.drift), (CardStatus::Frozen, false));
    assert_eq!(card.provider_status, None);
    assert_eq!(card.last4.as_deref(), Some("0042"));
}
