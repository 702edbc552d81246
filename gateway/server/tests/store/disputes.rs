//! Disputes, what operations are compared with, and readings that bring nothing.

use cardmux::store::disputes::{self, DisputeFilter};
use cardmux::store::{Change, Conflict, Store, WriteError, cards, operations};
use cardmux_domain::card::CardFunds;
use cardmux_domain::controls::{Controls, SpendChannel, SpendInterval, SpendLimit};
use cardmux_domain::dispute::{Dispute, DisputeStatus};
use cardmux_domain::id::{DisputeId, OperationId, TransactionId};
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{OperationKind, SubjectId};
use cardmux_domain::transaction::Transaction;

use crate::fixtures::{NOW, card, commit, later, operation, stored_type, unit};
use crate::issuing::report;

/// A card's transaction, stored.
async fn stored_transaction(store: &Store) -> Transaction {
    let card = card(&stored_type(store).await);
    let transaction = Transaction {
        id: TransactionId::new(),
        tenant: card.tenant.clone(),
        card_id: card.id,
        instance: card.instance.clone(),
        report: report(),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    commit(store, [Change::InsertCard(card)]).await;
    let insert = Change::InsertTransaction(transaction.clone());
    commit(store, [insert]).await;
    transaction
}

fn dispute(about: &Transaction) -> Dispute {
    Dispute {
        id: DisputeId::new(),
        tenant: about.tenant.clone(),
        instance: about.instance.clone(),
        card_id: about.card_id,
        transaction_id: about.id,
        status: DisputeStatus::Pending,
        status_as_of: NOW,
        provider_ref: Some("d1".to_owned()),
        provider_status: Some("pending".to_owned()),
        evidence: "never arrived, \u{1F4E6}".to_owned(),
        file_urls: vec!["https://files.example/1".to_owned()],
        response: Some("we look".to_owned()),
        external_id: Some("case-7".to_owned()),
        metadata: [("k".to_owned(), "v".to_owned())].into(),
        pending_operation: Some(OperationId::new()),
        refresh_at: Some(later(5)),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub async fn dispute_comes_back_the_same_and_is_found(store: Store) {
    let about = stored_transaction(&store).await;
    let stored = dispute(&about);
    commit(&store, [Change::InsertDispute(stored.clone())]).await;
    let tenant = &stored.tenant;
    let found = disputes::get(&store, tenant, stored.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&stored));
    let foreign = crate::fixtures::tenant("other");
    let none = disputes::get(&store, &foreign, stored.id).await;
    assert_eq!(none.unwrap(), None);
    let found = disputes::find_by_provider_ref(&store, &stored.instance, "d1").await;
    assert_eq!(found.unwrap().as_ref(), Some(&stored));
    let filter = DisputeFilter {
        card_id: Some(stored.card_id),
        transaction_id: Some(about.id),
        status: Some(DisputeStatus::Pending),
        external_id: stored.external_id.clone(),
    };
    let listed = disputes::list(&store, tenant, &filter, None, 9).await;
    assert_eq!(listed.unwrap(), std::slice::from_ref(&stored));
    let due = disputes::claim_refresh(&store, later(6), later(9), 9).await;
    assert_eq!(due.unwrap().len(), 1);
}

pub async fn transaction_has_one_open_dispute_at_a_time(store: Store) {
    let about = stored_transaction(&store).await;
    let first = dispute(&about);
    commit(&store, [Change::InsertDispute(first.clone())]).await;
    let mut second = dispute(&about);
    second.provider_ref = None;
    let refused = store
        .commit(unit([Change::InsertDispute(second.clone())]))
        .await;
    let conflict = Conflict::Subject(SubjectId::Dispute(second.id));
    assert!(matches!(refused, Err(WriteError::Conflict(c)) if c == conflict));
    let ended = Dispute {
        status: DisputeStatus::Cancelled,
        version: 2,
        ..first
    };
    commit(&store, [Change::UpdateDispute(ended)]).await;
    commit(&store, [Change::InsertDispute(second.clone())]).await;
    let found = disputes::get(&store, &second.tenant, second.id).await;
    assert_eq!(found.unwrap(), Some(second));
}

pub async fn operation_on_a_dispute_and_its_comparison_come_back_the_same(store: Store) {
    let card = card(&stored_type(&store).await);
    commit(&store, [Change::InsertCard(card.clone())]).await;
    let usd = |text| Money::new(parse_amount(text).unwrap(), "USD".parse().unwrap());
    let mut on_dispute = operation(&card);
    on_dispute.kind = OperationKind::OpenDispute;
    on_dispute.subject = SubjectId::Dispute(DisputeId::new());
    let mut compared = operation(&card);
    compared.kind = OperationKind::Deposit;
    compared.before = Some(CardFunds {
        balance: Some(usd("12.34")),
        deposited: Some(usd("100.000001")),
        withdrawn: None,
    });
    let mut of_channels = operation(&card);
    of_channels.kind = OperationKind::UpdateControls;
    let limit = |channel| SpendLimit {
        channel,
        interval: SpendInterval::Daily,
        amount: parse_amount("9.50").unwrap(),
    };
    of_channels.controls = Some(Controls {
        spend_limits: Some(vec![limit(None), limit(Some(SpendChannel::Pos))]),
        ..Controls::default()
    });
    for stored in [on_dispute.clone(), compared, of_channels] {
        commit(&store, [Change::InsertOperation(stored.clone())]).await;
        let found = operations::get(&store, &stored.tenant, stored.id).await;
        assert_eq!(found.unwrap(), Some(stored));
    }
    let filter = operations::OperationFilter {
        dispute_id: on_dispute.subject.dispute(),
        ..operations::OperationFilter::default()
    };
    let listed = operations::list(&store, &card.tenant, &filter, None, 9).await;
    assert_eq!(listed.unwrap(), [on_dispute]);
}

pub async fn reading_that_brings_nothing_moves_only_the_next_one(store: Store) {
    let mut card = card(&stored_type(&store).await);
    card.refresh_at = Some(NOW);
    commit(&store, [Change::InsertCard(card.clone())]).await;
    let reschedule = |version| Change::Reschedule {
        subject: SubjectId::Card(card.id),
        at: Some(later(60)),
        version,
    };
    // Somebody changed it since: that one's time stays.
    commit(&store, [reschedule(7)]).await;
    let found = cards::get(&store, &card.tenant, card.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&card));
    commit(&store, [reschedule(1)]).await;
    let found = cards::get(&store, &card.tenant, card.id).await.unwrap();
    let next = cardmux_domain::card::Card {
        refresh_at: Some(later(60)),
        ..card
    };
    assert_eq!(found, Some(next));
}
