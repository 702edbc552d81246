use cardmux::store::{Change, Conflict, Store, StoreError, WriteError, cards, events};
use cardmux_domain::id::CardTypeId;
use futures::FutureExt;
use futures::future::join_all;

use crate::fixtures::*;

pub async fn writers_at_once_share_transactions_and_one_bad_unit_fails_alone(store: Store) {
    let offered = stored_type(&store).await;
    let mut nowhere = offered.clone();
    nowhere.id = CardTypeId::new();
    let before = store.written();
    let units = (0..64).map(|n| {
        // Its card type does not exist: the foreign key refuses the whole statement.
        let of = if n == 17 { &nowhere } else { &offered };
        intent(of, &format!("k{n}"))
    });
    let (cards, units): (Vec<_>, Vec<_>) = units.map(|(card, _, unit)| (card, unit)).unzip();
    let results = join_all(units.into_iter().map(|unit| store.commit(unit))).await;
    for (n, (result, card)) in results.iter().zip(&cards).enumerate() {
        let stored = cards::get(&store, &card.tenant, card.id).await.unwrap();
        assert_eq!(result.is_ok(), n != 17, "{result:?}");
        assert_eq!(stored.is_some(), n != 17);
    }
    assert!(matches!(
        results[17],
        Err(WriteError::Store(StoreError::Database(_)))
    ));

    let healthy = (0..64).map(|n| intent(&offered, &format!("h{n}")).2);
    let start = store.written();
    assert_eq!(start.units - before.units, 63);
    let results = join_all(healthy.map(|unit| store.commit(unit))).await;
    assert!(results.iter().all(Result::is_ok));
    let after = store.written();
    assert_eq!(after.units - start.units, 64);
    assert!(after.transactions - start.transactions <= 16, "{after:?}");
}

pub async fn same_key_at_once_is_claimed_once(store: Store) {
    let offered = stored_type(&store).await;
    let units = (0..50).map(|_| intent(&offered, "same").2);
    let results = join_all(units.map(|unit| store.commit(unit))).await;
    let stored = results.iter().filter(|r| r.is_ok()).count();
    assert_eq!(stored, 1);
    for result in results.iter().filter(|r| r.is_err()) {
        assert!(matches!(result, Err(WriteError::Conflict(Conflict::Key))));
    }
}

pub async fn close_stores_what_is_queued(store: Store) {
    let offered = stored_type(&store).await;
    let before = store.written().units;
    let units = (0..200).map(|n| intent(&offered, &format!("k{n}")).2);
    let mut queued = Vec::new();
    for unit in units {
        let mut commit = Box::pin(store.commit(unit));
        // Asked once, so that it is queued; on a busy machine one may be stored by then.
        match commit.as_mut().now_or_never() {
            Some(result) => result.unwrap(),
            None => queued.push(commit),
        }
    }
    store.clone().close().await;
    let results = join_all(queued).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(store.written().units - before, 200);
    let late = store.commit(intent(&offered, "late").2).await;
    assert!(matches!(late, Err(WriteError::Closed)));
}

pub async fn queue_that_is_full_refuses_at_once(store: Store) {
    let offered = stored_type(&store).await;
    let units: Vec<_> = (0..4000)
        .map(|n| intent(&offered, &format!("k{n}")).2)
        .collect();
    let results = join_all(units.into_iter().map(|unit| store.commit(unit))).await;
    let full = |r: &&Result<(), WriteError>| matches!(r, Err(WriteError::QueueFull));
    let refused = results.iter().filter(full).count();
    let stored = results.iter().filter(|r| r.is_ok()).count();
    assert!(refused > 0);
    assert_eq!(stored + refused, results.len());
}

/// A reader who follows the stream while many write sees every event, once, and never an earlier one
/// later.
pub async fn follower_of_the_events_misses_none(store: Store) {
    const EVENTS: usize = 400;
    let card = card(&stored_type(&store).await);
    commit(&store, [Change::InsertCard(card.clone())]).await;
    let writes = join_all((0..EVENTS).map(|_| {
        let event = event(&card);
        let store = store.clone();
        // Made now, committed whenever its turn comes.
        async move { commit(&store, [Change::InsertEvent(event)]).await }
    }));
    let follow = async {
        let mut seen: Vec<cardmux_domain::id::EventId> = Vec::new();
        while seen.len() < EVENTS {
            let after = seen.last().copied();
            let filter = events::EventFilter::default();
            let next = events::list(&store, &card.tenant, &filter, after, 50).await;
            seen.extend(next.unwrap().into_iter().map(|event| event.id));
            tokio::task::yield_now().await;
        }
        seen
    };
    let both = async { tokio::join!(writes, follow).1 };
    let seen = tokio::time::timeout(std::time::Duration::from_secs(30), both).await;
    let distinct: std::collections::HashSet<_> = seen.unwrap().into_iter().collect();
    assert_eq!(distinct.len(), EVENTS);
}
