use std::time::Duration;

use cardmux::routing::Evidence;
use cardmux::store::{Change, Conflict, Store, WriteError, cards, routing};
use cardmux_domain::card::{Card, CardForm, CardModel};
use cardmux_domain::card_type::CardType;
use cardmux_domain::id::{CardTypeId, EnrolmentId, InstanceId, OperationId};
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{Operation, OperationKind, OperationStatus, Reference, SubjectId};
use cardmux_domain::provider::Outcome;
use cardmux_domain::routing::{
    Candidate, Exclusion, ExclusionReason, FailedAttempt, Role, RoutedRequest, Routing, Wish,
};
use cardmux_domain::time::Timestamp;
use strum::VariantArray as _;

use crate::fixtures::*;

fn money(amount: &str, currency: &str) -> Money {
    Money::new(parse_amount(amount).unwrap(), currency.parse().unwrap())
}

fn instance(name: &str) -> InstanceId {
    name.parse().unwrap()
}

fn full_routing() -> Routing {
    let candidates = Role::VARIANTS.iter().map(|role| Candidate {
        instance: instance("fincard_main"),
        type_id: CardTypeId::new(),
        role: *role,
        share: (*role != Role::Fallback).then_some(3333),
    });
    let excluded = ExclusionReason::VARIANTS.iter().map(|reason| Exclusion {
        instance: instance("finup_main"),
        type_id: (*reason != ExclusionReason::CircuitOpen).then(CardTypeId::new),
        reason: *reason,
        detail: "because \"so\"".to_owned(),
    });
    let failed = [Outcome::NotSent, Outcome::Rejected].map(|outcome| FailedAttempt {
        instance: instance("bfinance_main"),
        type_id: CardTypeId::new(),
        operation_id: OperationId::new(),
        code: "provider_rate_limited".to_owned(),
        outcome,
    });
    Routing {
        rule: "eu virtual".to_owned(),
        request: RoutedRequest {
            wish: Wish {
                model: Some(CardModel::BudgetCard),
                form: Some(CardForm::Physical),
                currency: Some("USDT".parse().unwrap()),
                country: Some("LT".to_owned()),
                brand: Some("visa".to_owned()),
            },
            amount: Some(money("50.000001", "EUR")),
            has_cardholder: true,
            has_card_number: true,
            enrol: true,
        },
        candidates: candidates.collect(),
        excluded: excluded.collect(),
        failed: failed.into(),
    }
}

pub async fn routing_with_every_field_comes_back_the_same(store: Store) {
    let offered = stored_type(&store).await;
    let empty = Routing {
        rule: String::new(),
        request: RoutedRequest::default(),
        candidates: Vec::new(),
        excluded: Vec::new(),
        failed: Vec::new(),
    };
    for routing in [full_routing(), empty] {
        let mut card = card(&offered);
        card.routing = Some(Box::new(routing));
        commit(&store, [Change::InsertCard(card.clone())]).await;
        let stored = cards::get(&store, &card.tenant, card.id).await.unwrap();
        assert_eq!(stored, Some(card));
    }
}

/// The card as one of this type of another issuer, one version on.
fn moved(card: &Card, to: &CardType) -> Card {
    Card {
        instance: to.instance.clone(),
        type_id: to.id,
        model: CardModel::BudgetCard,
        form: CardForm::Physical,
        currency: "EUR".parse().unwrap(),
        brand: Some("mastercard".to_owned()),
        enrolment_id: Some(EnrolmentId::new()),
        pending_operation: Some(OperationId::new()),
        routing: Some(Box::new(full_routing())),
        version: card.version + 1,
        updated_at: later(1),
        ..card.clone()
    }
}

pub async fn card_moved_is_the_next_issuers_and_no_other_is(store: Store) {
    let offered = stored_type(&store).await;
    let elsewhere = CardType {
        instance: instance("finup_main"),
        ..card_type("1")
    };
    let put = Change::PutCardTypes {
        instance: elsewhere.instance.clone(),
        types: vec![elsewhere.clone()],
    };
    commit(&store, [put]).await;
    let [card, other] = [card(&offered), card(&offered)];
    commit(
        &store,
        [&card, &other].map(|card| Change::InsertCard(card.clone())),
    )
    .await;
    let next = moved(&card, &elsewhere);
    let both = |card: &Card| {
        [
            Change::UpdateCard(card.clone()),
            Change::MoveCard(card.clone()),
        ]
    };
    commit(&store, both(&next)).await;
    let read = async |card: &Card| cards::get(&store, &card.tenant, card.id).await.unwrap();
    assert_eq!(read(&card).await.as_ref(), Some(&next));
    assert_eq!(read(&other).await, Some(other));

    // Somebody else was first: nothing of it is written.
    let refused = store.commit(unit(both(&moved(&card, &elsewhere)))).await;
    let expected = Conflict::Subject(SubjectId::Card(card.id));
    assert!(
        matches!(&refused, Err(WriteError::Conflict(conflict)) if *conflict == expected),
        "{refused:?}"
    );
    assert_eq!(read(&card).await, Some(next));
}

/// An issue at this instance that began so many seconds after [`NOW`] and took three.
fn issue(of: &Card, at: &str, began: Timestamp, status: OperationStatus) -> Operation {
    let millis = u64::try_from(began.as_millis()).unwrap();
    let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid();
    let id = OperationId::from_uuid(uuid);
    Operation {
        id,
        reference: Reference::of(id),
        instance: instance(at),
        status,
        created_at: began,
        updated_at: began.plus(Duration::from_secs(3)),
        ..operation(of)
    }
}

pub async fn issued_since_counts_what_ended_by_instance(store: Store) {
    use OperationStatus::{Failed, Pending, Succeeded, Unknown};
    let card = card(&stored_type(&store).await);
    let paid = |at: &str, seconds, fee: &str, currency: &str| Operation {
        fee: Some(money(fee, currency)),
        ..issue(&card, at, later(seconds), Succeeded)
    };
    let mut slow = issue(&card, "finup_main", later(20), Succeeded);
    slow.updated_at = later(29);
    let operations = [
        paid("fincard_main", 10, "9000000000000", "USD"),
        paid("fincard_main", 11, "9000000000000.000002", "USD"),
        // What was free of charge does not lower the mean of what was charged.
        issue(&card, "fincard_main", later(12), Succeeded),
        issue(&card, "fincard_main", later(13), Failed),
        paid("finup_main", 10, "1", "USD"),
        paid("finup_main", 11, "1", "EUR"),
        slow,
        issue(&card, "bfinance_main", later(10), Failed),
        // None of these counts: too early, under way, another kind, another tenant.
        issue(&card, "fincard_main", later(9), Failed),
        issue(&card, "fincard_main", later(14), Pending),
        issue(&card, "fincard_main", later(14), Unknown),
        Operation {
            kind: OperationKind::Deposit,
            ..issue(&card, "fincard_main", later(15), Failed)
        },
        Operation {
            tenant: tenant("other"),
            ..issue(&card, "fincard_main", later(15), Failed)
        },
    ];
    let inserts = operations.into_iter().map(Change::InsertOperation);
    commit(
        &store,
        [Change::InsertCard(card.clone())]
            .into_iter()
            .chain(inserts),
    )
    .await;
    let found = routing::issued_since(&store, &card.tenant, later(10))
        .await
        .unwrap();
    let expected = [
        (
            "bfinance_main",
            Evidence {
                issued: 0,
                failed: 1,
                mean_ms: None,
                mean_fee: None,
            },
        ),
        (
            "fincard_main",
            Evidence {
                issued: 3,
                failed: 1,
                mean_ms: Some(3000),
                mean_fee: Some(money("9000000000000.000001", "USD")),
            },
        ),
        (
            "finup_main",
            Evidence {
                issued: 3,
                failed: 0,
                mean_ms: Some(5000),
                // In two currencies there is no mean.
                mean_fee: None,
            },
        ),
    ];
    assert_eq!(
        found,
        expected
            .map(|(name, evidence)| (instance(name), evidence))
            .into()
    );
}
