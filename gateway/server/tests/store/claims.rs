use std::collections::HashSet;

use cardmux::store::{Change, InboundWebhook, Job, Store, jobs, operations, webhooks};
use cardmux_domain::id::{InboundWebhookId, JobId};
use cardmux_domain::time::Timestamp;
use futures::future::join_all;

use crate::fixtures::*;

pub async fn operations_due_are_given_to_one_claimer_each(store: Store) {
    let card = card(&stored_type(&store).await);
    commit(&store, [Change::InsertCard(card.clone())]).await;
    let due = (0..60).map(|_| {
        let mut operation = operation(&card);
        operation.due_at = Some(NOW);
        Change::InsertOperation(operation)
    });
    commit(&store, due).await;
    let claims = join_all((0..12).map(|_| operations::claim_due(&store, NOW, later(30), 10))).await;
    let claimed: Vec<_> = claims.into_iter().flat_map(Result::unwrap).collect();
    let distinct: HashSet<_> = claimed.iter().map(|o| o.id.uuid()).collect();
    assert_eq!(claimed.len(), distinct.len(), "given twice");
    let rest = operations::claim_due(&store, NOW, later(30), 100)
        .await
        .unwrap();
    assert_eq!(claimed.len() + rest.len(), 60);
    let again = operations::claim_due(&store, later(29), later(60), 100).await;
    assert_eq!(again.unwrap(), []);
    let lapsed = operations::claim_due(&store, later(30), later(60), 100).await;
    assert_eq!(lapsed.unwrap().len(), 60);
}

pub async fn claim_takes_the_longest_due_and_leaves_the_version(store: Store) {
    let card = card(&stored_type(&store).await);
    let dues = [Some(later(2)), Some(later(1)), Some(later(9)), None];
    let all = dues.map(|due_at| {
        let mut operation = operation(&card);
        operation.due_at = due_at;
        operation
    });
    let inserts = all.clone().map(Change::InsertOperation);
    commit(
        &store,
        [Change::InsertCard(card)].into_iter().chain(inserts),
    )
    .await;
    let claimed = operations::claim_due(&store, later(2), later(30), 1)
        .await
        .unwrap();
    let mut expected = all[1].clone();
    expected.due_at = Some(later(30));
    assert_eq!(claimed, [expected]);
    let claimed = operations::claim_due(&store, later(2), later(30), 9)
        .await
        .unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].id, all[0].id);
}

pub async fn webhooks_come_back_until_they_are_finished(store: Store) {
    let webhook = InboundWebhook {
        id: InboundWebhookId::new(),
        instance: "fincard_main".parse().unwrap(),
        identity: "i".to_owned(),
        category: "card_transaction".to_owned(),
        body: b"{}".to_vec(),
        received_at: NOW,
        due_at: Some(NOW),
        attempts: 0,
        last_error: None,
    };
    let finish = |error: Option<&str>, retry_at| Change::FinishWebhook {
        id: webhook.id,
        error: error.map(str::to_owned),
        retry_at,
    };
    commit(&store, [Change::InsertWebhook(webhook.clone())]).await;
    let first = webhooks::claim_due(&store, NOW, later(5), 9).await.unwrap();
    assert_eq!(first[0].body, webhook.body);
    commit(&store, [finish(Some("no such card"), Some(later(1)))]).await;
    let second = webhooks::claim_due(&store, later(1), later(5), 9)
        .await
        .unwrap();
    assert_eq!(second[0].attempts, 1);
    assert_eq!(second[0].last_error.as_deref(), Some("no such card"));
    commit(&store, [finish(None, None)]).await;
    let third = webhooks::claim_due(&store, later(99), later(999), 9).await;
    assert_eq!(third.unwrap(), []);
}

fn job(payload: &str, due_at: Timestamp) -> Job {
    Job {
        id: JobId::new(),
        kind: "sync".to_owned(),
        key: "fincard_main".to_owned(),
        payload: payload.to_owned(),
        due_at,
        attempts: 0,
        last_error: None,
    }
}

pub async fn jobs_are_replaced_by_kind_and_key(store: Store) {
    let (first, second) = (job("1", NOW), job("2", later(5)));
    commit(&store, [Change::PutJob(first.clone())]).await;
    commit(&store, [Change::PutJob(second)]).await;
    let early = jobs::claim_due(&store, "sync", NOW, later(9), 9)
        .await
        .unwrap();
    assert_eq!(early, []);
    let other = jobs::claim_due(&store, "other", later(5), later(9), 9).await;
    assert_eq!(other.unwrap(), []);
    assert_eq!(jobs::keys(&store, "sync").await.unwrap(), ["fincard_main"]);
    let due = jobs::claim_due(&store, "sync", later(5), later(9), 9)
        .await
        .unwrap();
    assert_eq!((due[0].id, due[0].payload.as_str()), (first.id, "2"));
}

pub async fn jobs_hastened_while_they_are_done_are_due_as_hastened(store: Store) {
    // In seconds: hastened to, else due next, due in the end.
    for (hastened, next, due) in [
        (None, 60, 60),
        (None, 10, 10),
        (Some(2), 60, 2),
        (Some(20), 10, 10),
        (Some(40), 60, 60),
    ] {
        commit(&store, [Change::PutJob(job("before", NOW))]).await;
        let claimed = jobs::claim_due(&store, "sync", NOW, later(30), 9).await;
        assert_eq!(claimed.unwrap()[0].due_at, later(30));
        if let Some(at) = hastened {
            let hasten = Change::HastenJob {
                kind: "sync",
                key: "fincard_main".to_owned(),
                at: later(at),
            };
            commit(&store, [hasten]).await;
        }
        let finish = Change::FinishJob {
            job: job("after", later(next)),
            lease: later(30),
        };
        commit(&store, [finish]).await;
        let early = jobs::claim_due(&store, "sync", later(due - 1), later(99), 9);
        assert_eq!(early.await.unwrap(), [], "{hastened:?}");
        let again = jobs::claim_due(&store, "sync", later(due), later(99), 9).await;
        assert_eq!(again.unwrap()[0].payload, "after", "{hastened:?}");
    }
}
