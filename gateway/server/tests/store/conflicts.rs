use cardmux::store::events::EventFilter;
use cardmux::store::{
    Change, Conflict, InboundWebhook, Store, StoreError, StoredAnswer, WriteError, cards, events,
    keys, operations,
};
use cardmux_domain::card::Balance;
use cardmux_domain::id::InboundWebhookId;
use cardmux_domain::money::{Decimal, Money};
use cardmux_domain::operation::SubjectId;

use crate::fixtures::*;

async fn conflict(store: &Store, changes: impl IntoIterator<Item = Change>) -> Conflict {
    match store.commit(unit(changes)).await {
        Err(WriteError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

pub async fn key_claimed_twice_is_a_conflict_and_writes_nothing(store: Store) {
    let offered = stored_type(&store).await;
    let (_, _, first) = intent(&offered, "k");
    store.commit(first).await.unwrap();
    let (card, operation, second) = intent(&offered, "k");
    let refused = store.commit(second).await;
    assert!(matches!(refused, Err(WriteError::Conflict(Conflict::Key))));
    let tenant = &card.tenant;
    assert_eq!(cards::get(&store, tenant, card.id).await.unwrap(), None);
    let stored = operations::get(&store, tenant, operation.id).await.unwrap();
    assert_eq!(stored, None);
    assert_eq!(
        events::list(&store, tenant, &EventFilter::default(), None, 9)
            .await
            .unwrap()
            .len(),
        1
    );

    let mut elsewhere = claim("k");
    elsewhere.tenant = crate::fixtures::tenant("other");
    commit(&store, [Change::ClaimKey(elsewhere)]).await;
}

pub async fn key_expired_is_claimed_again(store: Store) {
    let answer = StoredAnswer {
        status: 202,
        body: String::new(),
    };
    let tenant = tenant("demo");
    let first = claim("k");
    let changes = [
        Change::ClaimKey(first.clone()),
        Change::AnswerKey {
            tenant: tenant.clone(),
            key: "k".to_owned(),
            operation: first.operation_id,
            answer,
        },
    ];
    commit(&store, changes).await;
    let mut again = claim("k");
    again.fingerprint = "g".to_owned();
    (again.created_at, again.expires_at) = (later(59), later(120));
    let early = conflict(&store, [Change::ClaimKey(again.clone())]).await;
    assert_eq!(early, Conflict::Key);
    again.created_at = later(60);
    commit(&store, [Change::ClaimKey(again.clone())]).await;
    let stored = keys::get(&store, &tenant, "k").await.unwrap().unwrap();
    assert_eq!((stored.claim, stored.answer), (again, None));
}

pub async fn key_keeps_its_first_answer_and_is_released_only_without_one(store: Store) {
    let tenant = tenant("demo");
    let mine = claim("k");
    let release = |operation| Change::ReleaseKey {
        tenant: tenant.clone(),
        key: "k".to_owned(),
        operation,
    };
    let answer = |operation, status| Change::AnswerKey {
        tenant: tenant.clone(),
        key: "k".to_owned(),
        operation,
        answer: StoredAnswer {
            status,
            body: "{}".to_owned(),
        },
    };
    commit(&store, [Change::ClaimKey(mine.clone())]).await;
    commit(&store, [release(mine.operation_id)]).await;
    assert_eq!(keys::get(&store, &tenant, "k").await.unwrap(), None);

    // Claimed anew, by another operation: what the first one has to say comes too late.
    let next = claim("k");
    commit(&store, [Change::ClaimKey(next.clone())]).await;
    for change in [answer(mine.operation_id, 500), release(mine.operation_id)] {
        commit(&store, [change]).await;
    }
    let stored = keys::get(&store, &tenant, "k").await.unwrap().unwrap();
    assert_eq!((stored.claim, stored.answer), (next.clone(), None));

    let theirs = next.operation_id;
    for change in [answer(theirs, 202), answer(theirs, 500), release(theirs)] {
        commit(&store, [change]).await;
    }
    let stored = keys::get(&store, &tenant, "k").await.unwrap().unwrap();
    assert_eq!(stored.answer.unwrap().status, 202);
}

pub async fn keys_expired_are_deleted(store: Store) {
    commit(&store, ["a", "b", "c"].map(|k| Change::ClaimKey(claim(k)))).await;
    assert_eq!(keys::delete_expired(&store, later(59), 9).await.unwrap(), 0);
    assert_eq!(keys::delete_expired(&store, later(60), 2).await.unwrap(), 2);
    assert_eq!(keys::delete_expired(&store, later(60), 2).await.unwrap(), 1);
}

pub async fn update_of_another_version_is_a_conflict(store: Store) {
    let offered = stored_type(&store).await;
    let (mut card, mut operation, intent) = intent(&offered, "k");
    store.commit(intent).await.unwrap();
    for version in [1, 3] {
        card.version = version;
        let refused = conflict(&store, [Change::UpdateCard(card.clone())]).await;
        assert_eq!(refused, Conflict::Subject(SubjectId::Card(card.id)));
        operation.version = version;
        let refused = conflict(&store, [Change::UpdateOperation(operation.clone())]).await;
        assert_eq!(refused, Conflict::Operation(operation.id));
    }
    (card.version, operation.version) = (2, 2);
    let update = Change::UpdateOperation(operation);
    commit(&store, [Change::UpdateCard(card.clone()), update]).await;
    let mut third = card.clone();
    (card.version, third.version) = (3, 4);
    let twice = [card.clone(), third].map(Change::UpdateCard);
    assert_eq!(
        conflict(&store, twice).await,
        Conflict::Subject(SubjectId::Card(card.id))
    );
}

pub async fn update_of_a_card_that_does_not_exist_is_a_conflict(store: Store) {
    let mut card = card(&stored_type(&store).await);
    card.version = 2;
    let refused = conflict(&store, [Change::UpdateCard(card.clone())]).await;
    assert_eq!(refused, Conflict::Subject(SubjectId::Card(card.id)));
    let stored = cards::get(&store, &card.tenant, card.id).await.unwrap();
    assert_eq!(stored, None);
}

pub async fn update_to_a_provider_ref_in_use_is_a_conflict(store: Store) {
    let offered = stored_type(&store).await;
    let mut pair = [card(&offered), card(&offered)];
    pair[0].provider_ref = Some("p".to_owned());
    commit(&store, pair.clone().map(Change::InsertCard)).await;
    (pair[1].provider_ref, pair[1].version) = (Some("p".to_owned()), 2);
    let refused = conflict(&store, [Change::UpdateCard(pair[1].clone())]).await;
    assert_eq!(refused, Conflict::Subject(SubjectId::Card(pair[1].id)));
}

pub async fn rows_inserted_twice_are_conflicts(store: Store) {
    let offered = stored_type(&store).await;
    let (card, operation, intent) = intent(&offered, "k");
    store.commit(intent).await.unwrap();
    let refused = conflict(&store, [Change::InsertCard(card.clone())]).await;
    assert_eq!(refused, Conflict::Subject(SubjectId::Card(card.id)));
    let mut other = crate::fixtures::operation(&card);
    other.reference = operation.reference.clone();
    let refused = conflict(&store, [Change::InsertOperation(other.clone())]).await;
    assert_eq!(refused, Conflict::Operation(other.id));
}

pub async fn webhook_delivered_twice_is_a_conflict(store: Store) {
    let delivery = || {
        Change::InsertWebhook(InboundWebhook {
            id: InboundWebhookId::new(),
            instance: "fincard_main".parse().unwrap(),
            identity: "same".to_owned(),
            category: "card_transaction".to_owned(),
            body: vec![0, 159, 146, 150],
            received_at: NOW,
            due_at: Some(NOW),
            attempts: 0,
            last_error: None,
        })
    };
    commit(&store, [delivery()]).await;
    assert_eq!(conflict(&store, [delivery()]).await, Conflict::Webhook);
}

pub async fn amount_too_fine_is_refused_to_its_caller(store: Store) {
    let mut card = card(&stored_type(&store).await);
    let money = Money::new(Decimal::new(1, 7), card.currency);
    card.balance = Some(Balance { money, as_of: NOW });
    let refused = store.commit(unit([Change::InsertCard(card)])).await;
    assert!(matches!(
        refused,
        Err(WriteError::Store(StoreError::Amount(_)))
    ));
}
