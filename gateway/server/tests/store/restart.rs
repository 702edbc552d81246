use cardmux::store::{Store, StoreError, Written, cards};
use cardmux_domain::card::Card;
use futures::future::join_all;

use crate::fixtures::*;
use crate::postgres::{Database, Server};

/// Every unit that was under way when the server went down is stored once and answered so, whether
/// its transaction had been committed or not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_killed_and_restarted_in_the_middle_loses_nothing() {
    let Some(mut server) = Server::start().unwrap() else {
        println!("SKIPPED: no PostgreSQL of our own to kill");
        return;
    };
    let database = Database::create_on(&server.url("postgres")).await.unwrap();
    let store = open(&database.url).await;
    let offered = stored_type(&store).await;
    for round in 0..3 {
        let units = (0..600).map(|n| intent(&offered, &format!("{round}-{n}")));
        let (cards, units): (Vec<_>, Vec<_>) = units.map(|(card, _, unit)| (card, unit)).unzip();
        let Written { units: before, .. } = store.written();
        let kill = async {
            // In the middle: some batches are done, others are not.
            while store.written().units < before + 100 {
                tokio::task::yield_now().await;
            }
            server.kill().unwrap();
            server.start_again().unwrap();
        };
        let commits = join_all(units.into_iter().map(|unit| store.commit(unit)));
        let (results, ()) = tokio::join!(commits, kill);
        for (result, card) in results.iter().zip(&cards) {
            assert!(result.is_ok(), "{result:?}");
            assert_eq!(read(&store, card).await.as_ref(), Some(card));
        }
    }
    store.close().await;
}

/// Reads are not tried again by the store: each may meet one connection that the restart has cut.
async fn read(store: &Store, card: &Card) -> Option<Card> {
    for _ in 0..20 {
        match cards::get(store, &card.tenant, card.id).await {
            Err(StoreError::Unavailable(_)) => {}
            other => return other.unwrap(),
        }
    }
    panic!("the database stays away");
}
