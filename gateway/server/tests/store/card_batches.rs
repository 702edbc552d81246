use std::collections::HashSet;

use cardmux::store::batches::{self, BatchFilter};
use cardmux::store::{Change, Conflict, Store, WriteError};
use cardmux_domain::batch::{
    Batch, BatchCounts, BatchItem, BatchItemStatus, BatchStatus, ItemError,
};
use cardmux_domain::id::{BatchId, BatchItemId, CardId, OperationId};
use cardmux_domain::operation::{Attention, OperationStatus};
use futures::future::join_all;

use crate::fixtures::*;

fn batch() -> Batch {
    Batch {
        id: BatchId::new(),
        tenant: tenant("demo"),
        status: BatchStatus::Processing,
        label: Some("spring".to_owned()),
        external_id: Some("b-1".to_owned()),
        metadata: [("k".to_owned(), "v".to_owned())].into(),
        counts: None,
        cancel_asked_at: None,
        completed_at: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn item(of: &Batch, index: i64) -> BatchItem {
    BatchItem {
        id: BatchItemId::new(),
        batch_id: of.id,
        tenant: of.tenant.clone(),
        index,
        status: BatchItemStatus::Queued,
        request: "{\"type_id\":\"ctype_1\"}".to_owned(),
        cardholder: Some(vec![0, 1, 255]),
        card_id: None,
        operation_id: None,
        error: None,
        attempts: 0,
        due_at: Some(NOW),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// A stored batch with this many queued items.
async fn stored(store: &Store, count: i64) -> (Batch, Vec<BatchItem>) {
    let batch = batch();
    let items: Vec<BatchItem> = (0..count).map(|index| item(&batch, index)).collect();
    let inserts = items.iter().cloned().map(Change::InsertBatchItem);
    let first = Change::InsertBatch(batch.clone());
    commit(store, [first].into_iter().chain(inserts)).await;
    (batch, items)
}

async fn read_items(store: &Store, of: &Batch) -> Vec<BatchItem> {
    let items = batches::items(store, &of.tenant, of.id, None, None, 20_000).await;
    items.unwrap()
}

pub async fn batch_and_item_with_every_field_come_back_the_same(store: Store) {
    let batch = batch();
    let counts = BatchCounts {
        succeeded: 3,
        failed: 2,
        cancelled: 1,
        ..BatchCounts::default()
    };
    let full = batch.clone().cancelling(later(1)).ended(counts, later(2));
    assert_eq!(full.status, BatchStatus::Cancelled);
    let queued = item(&batch, 7);
    let begun = queued.begun(CardId::new(), OperationId::new(), later(1));
    let error = ItemError {
        code: "provider_refused".to_owned(),
        detail: "no".to_owned(),
        pointer: Some("/typeId".to_owned()),
    };
    let failed = begun.decided(BatchItemStatus::Failed, Some(error), later(2));
    commit(
        &store,
        [
            Change::InsertBatch(batch.clone()),
            Change::InsertBatchItem(queued.clone()),
        ],
    )
    .await;
    assert_eq!(read_items(&store, &batch).await, [queued]);
    commit(&store, [Change::UpdateBatchItem(begun)]).await;
    commit(&store, [Change::UpdateBatchItem(failed.clone())]).await;
    assert_eq!(read_items(&store, &batch).await, [failed]);
    commit(
        &store,
        [Change::UpdateBatch(batch.clone().cancelling(later(1)))],
    )
    .await;
    commit(&store, [Change::UpdateBatch(full.clone())]).await;
    let read = batches::get(&store, &batch.tenant, batch.id).await.unwrap();
    assert_eq!(read, Some(full.clone()));
    let other = batches::get(&store, &tenant("other"), batch.id).await;
    assert_eq!(other.unwrap(), None);
    let others_items = batches::items(&store, &tenant("other"), batch.id, None, None, 9).await;
    assert_eq!(others_items.unwrap(), []);
    let filter = BatchFilter {
        status: Some(BatchStatus::Cancelled),
        external_id: Some("b-1".to_owned()),
    };
    let listed = batches::list(&store, &batch.tenant, &filter, None, 9).await;
    assert_eq!(listed.unwrap(), std::slice::from_ref(&full));
    let after = batches::list(&store, &batch.tenant, &filter, Some(full.id), 9).await;
    assert_eq!(after.unwrap(), []);
}

/// Ten thousand rows are one transaction, and within the bound of the writer's time.
pub async fn batch_of_ten_thousand_is_stored_whole_or_not_at_all(store: Store) {
    let (batch, items) = stored(&store, 10_000).await;
    let counted = batches::counts(&store, [batch.id]).await.unwrap();
    assert_eq!(
        (counted[&batch.id].queued, counted[&batch.id].total()),
        (10_000, 10_000)
    );
    let last = batches::items(&store, &batch.tenant, batch.id, None, Some(9_997), 9).await;
    assert_eq!(last.unwrap(), items[9_998..]);

    let other = self::batch();
    let mut rows: Vec<BatchItem> = (0..300).map(|index| item(&other, index)).collect();
    rows.push(items[17].clone());
    let rows = rows.into_iter().map(Change::InsertBatchItem);
    let twice = unit([Change::InsertBatch(other.clone())].into_iter().chain(rows));
    let refused = store.commit(twice).await;
    assert!(
        matches!(&refused, Err(WriteError::Conflict(Conflict::BatchItem(id))) if *id == items[17].id),
        "{refused:?}"
    );
    assert_eq!(
        batches::get(&store, &other.tenant, other.id).await.unwrap(),
        None
    );
    assert_eq!(read_items(&store, &other).await, []);
}

pub async fn items_queued_are_given_to_one_claimer_each(store: Store) {
    let (batch, _) = stored(&store, 60).await;
    let claims = join_all((0..12).map(|_| batches::claim_queued(&store, NOW, later(30), 10))).await;
    let claimed: Vec<BatchItem> = claims.into_iter().flat_map(Result::unwrap).collect();
    let rest = batches::claim_queued(&store, NOW, later(30), 100)
        .await
        .unwrap();
    let distinct: HashSet<_> = claimed.iter().chain(&rest).map(|item| item.index).collect();
    assert_eq!((distinct.len(), claimed.len() + rest.len()), (60, 60));
    // What was begun has no lease that could end.
    let begun = claimed[0].begun(CardId::new(), OperationId::new(), later(1));
    commit(&store, [Change::UpdateBatchItem(begun)]).await;
    let lapsed = batches::claim_queued(&store, later(30), later(60), 100).await;
    assert_eq!(lapsed.unwrap().len(), 59);
    assert_eq!(read_items(&store, &batch).await.len(), 60);
}

pub async fn item_begun_twice_is_begun_once(store: Store) {
    let of = stored_type(&store).await;
    let (batch, items) = stored(&store, 1).await;
    let begin = |n: u32| {
        let (card, operation, _) = intent(&of, &format!("k{n}"));
        let begun = items[0].begun(card.id, operation.id, later(1));
        let changes = [
            Change::InsertCard(card.clone()),
            Change::InsertOperation(operation),
            Change::UpdateBatchItem(begun),
        ];
        (card, unit(changes))
    };
    let (cards, units): (Vec<_>, Vec<_>) = (0..8).map(begin).unzip();
    let results = join_all(units.into_iter().map(|unit| store.commit(unit))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let item = read_items(&store, &batch).await.remove(0);
    for (result, card) in results.iter().zip(cards) {
        let stored = cardmux::store::cards::get(&store, &card.tenant, card.id).await;
        assert_eq!(stored.unwrap().is_some(), result.is_ok());
        assert_eq!(item.card_id == Some(card.id), result.is_ok());
    }
}

pub async fn cancelling_stops_what_is_queued_and_nothing_else(store: Store) {
    let (batch, items) = stored(&store, 4).await;
    let (other, _) = stored(&store, 1).await;
    let begun = items[0].begun(CardId::new(), OperationId::new(), later(1));
    let done = items[1].decided(BatchItemStatus::Succeeded, None, later(1));
    let ended = [begun.clone(), done.clone()].map(Change::UpdateBatchItem);
    commit(&store, ended).await;
    let cancel = [
        Change::UpdateBatch(batch.clone().cancelling(later(2))),
        Change::CancelQueued {
            batch: batch.id,
            at: later(2),
        },
    ];
    commit(&store, cancel).await;
    let now = read_items(&store, &batch).await;
    assert_eq!(now[..2], [begun, done]);
    for (item, before) in now[2..].iter().zip(&items[2..]) {
        let cancelled = before.decided(BatchItemStatus::Cancelled, None, later(2));
        assert_eq!(*item, cancelled);
    }
    // Who held one of them does not begin it.
    let late = items[3].begun(CardId::new(), OperationId::new(), later(3));
    let late = store.commit(unit([Change::UpdateBatchItem(late)])).await;
    assert!(matches!(
        late,
        Err(WriteError::Conflict(Conflict::BatchItem(_)))
    ));
    assert_eq!(
        read_items(&store, &other).await[0].status,
        BatchItemStatus::Queued
    );
    let due = batches::claim_queued(&store, later(9), later(30), 9).await;
    assert_eq!(due.unwrap().len(), 1);
}

pub async fn items_are_decided_and_batches_ended_when_their_time_has_come(store: Store) {
    let card = card(&stored_type(&store).await);
    let (batch, items) = stored(&store, 3).await;
    let statuses = [
        OperationStatus::Succeeded,
        OperationStatus::Failed,
        OperationStatus::Unknown,
    ];
    let mut changes = vec![Change::InsertCard(card.clone())];
    let mut operations = Vec::new();
    for (item, status) in items.iter().zip(statuses) {
        let mut operation = operation(&card);
        operation.status = status;
        operation.attention = (status == OperationStatus::Unknown).then(|| Attention {
            reason: "r".to_owned(),
            evidence: Vec::new(),
        });
        let begun = item.begun(card.id, operation.id, later(1));
        changes.extend([
            Change::InsertOperation(operation.clone()),
            Change::UpdateBatchItem(begun),
        ]);
        operations.push(operation.id);
    }
    commit(&store, changes).await;
    let due: Vec<BatchItem> = batches::to_decide(&store, 9).await.unwrap();
    let mut due_at: Vec<i64> = due.iter().map(|item| item.index).collect();
    due_at.sort_unstable();
    assert_eq!(due_at, [0, 1]);
    assert_eq!(batches::to_decide(&store, 1).await.unwrap().len(), 1);
    let waiting = batches::needing_attention(&store, operations.clone()).await;
    assert_eq!(
        waiting.unwrap().into_iter().collect::<Vec<_>>(),
        operations[2..]
    );

    for item in due {
        assert_eq!(batches::to_end(&store, 9).await.unwrap(), []);
        let done = item.decided(BatchItemStatus::Succeeded, None, later(2));
        commit(&store, [Change::UpdateBatchItem(done)]).await;
    }
    assert_eq!(batches::to_end(&store, 9).await.unwrap(), [], "one is open");
    let last = read_items(&store, &batch).await.remove(2);
    let last = last.decided(BatchItemStatus::Failed, None, later(3));
    commit(&store, [Change::UpdateBatchItem(last)]).await;
    let ended = batches::to_end(&store, 9).await.unwrap();
    assert_eq!(ended, std::slice::from_ref(&batch));
    let counts = batches::counts(&store, [batch.id]).await.unwrap()[&batch.id];
    commit(&store, [Change::UpdateBatch(batch.ended(counts, later(4)))]).await;
    assert_eq!(batches::to_end(&store, 9).await.unwrap(), []);
}
