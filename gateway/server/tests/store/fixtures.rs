//! Databases and records to test with.

use std::collections::BTreeMap;
use std::time::Duration;

use cardmux::store::{Change, KeyClaim, Store, StoreOptions, Unit};
use cardmux_domain::card::{Card, CardForm, CardModel, CardStatus};
use cardmux_domain::card_type::{CardType, CardTypeSpec};
use cardmux_domain::controls::{ControlRules, Controls};
use cardmux_domain::event::{CardFacts, Event, EventData, EventKind};
use cardmux_domain::id::{CardId, CardTypeId, EventId, OperationId, TenantId};
use cardmux_domain::operation::{Operation, OperationKind, OperationStatus, Reference, SubjectId};
use cardmux_domain::time::Timestamp;

use crate::postgres;

pub const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

pub fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

pub fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

pub async fn open(url: &str) -> Store {
    let store = Store::connect(&StoreOptions::new(url)).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// Run a test on a SQLite file of its own.
pub async fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(Store) -> F) {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", dir.path().join("test.db").display());
    let store = open(&url).await;
    test(store.clone()).await;
    store.close().await;
}

/// Run a test on a PostgreSQL database of its own.
pub async fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(Store) -> F) {
    let Some(database) = postgres::Database::create().await.unwrap() else {
        return;
    };
    let store = open(&database.url).await;
    test(store.clone()).await;
    store.close().await;
    database.remove().await.unwrap();
}

pub async fn commit(store: &Store, changes: impl IntoIterator<Item = Change>) {
    store.commit(unit(changes)).await.unwrap();
}

pub fn unit(changes: impl IntoIterator<Item = Change>) -> Unit {
    changes.into_iter().fold(Unit::new(), Unit::with)
}

pub fn card_type(provider_ref: &str) -> CardType {
    CardType {
        id: CardTypeId::new(),
        instance: "fincard_main".parse().unwrap(),
        spec: CardTypeSpec {
            provider_ref: provider_ref.to_owned(),
            name: "Prepaid".to_owned(),
            description: None,
            model: CardModel::Card,
            form: CardForm::Virtual,
            brand: Some("visa".to_owned()),
            country: None,
            currency: "USD".parse().unwrap(),
            bin: None,
            online: true,
            issue_fee: None,
            initial_deposit: None,
            deposit: None,
            deposit_fee: None,
            retained_balance: None,
            capabilities: vec![OperationKind::Issue],
            requirements: Vec::new(),
            enrolment: None,
            controls: ControlRules::default(),
            pin: None,
        },
        listed: true,
        synced_at: NOW,
    }
}

/// A stored card type to issue from.
pub async fn stored_type(store: &Store) -> CardType {
    let offered = card_type("111039");
    let put = Change::PutCardTypes {
        instance: offered.instance.clone(),
        types: vec![offered.clone()],
    };
    commit(store, [put]).await;
    offered
}

pub fn card(of: &CardType) -> Card {
    Card {
        id: CardId::new(),
        tenant: tenant("demo"),
        status: CardStatus::Pending,
        status_as_of: NOW,
        provider_status: None,
        drift: false,
        model: CardModel::Card,
        form: CardForm::Virtual,
        type_id: of.id,
        instance: of.instance.clone(),
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
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn operation(card: &Card) -> Operation {
    let id = OperationId::new();
    Operation {
        id,
        tenant: card.tenant.clone(),
        kind: OperationKind::Issue,
        status: OperationStatus::Pending,
        subject: SubjectId::Card(card.id),
        instance: card.instance.clone(),
        reference: Reference::of(id),
        provider_ref: None,
        provider_status: None,
        subject_ref: None,
        amount: None,
        fee: None,
        received: None,
        note: None,
        controls: None,
        before: None,
        holds_secret: false,
        failure: None,
        attention: None,
        occurred_at: None,
        sends: 0,
        lookups: 0,
        sent_at: None,
        due_at: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn event(card: &Card) -> Event {
    Event {
        id: EventId::new(),
        tenant: card.tenant.clone(),
        kind: EventKind::CardCreated,
        subject: card.id.to_string(),
        card_id: Some(card.id),
        operation_id: None,
        sequence: card.version,
        data: EventData {
            card: Some(CardFacts {
                status: card.status,
                provider_status: None,
            }),
            ..EventData::default()
        },
        created_at: NOW,
    }
}

pub fn claim(key: &str) -> KeyClaim {
    KeyClaim {
        tenant: tenant("demo"),
        key: key.to_owned(),
        fingerprint: "f".to_owned(),
        method: "POST".to_owned(),
        path: "/v1/cards".to_owned(),
        operation_id: OperationId::new(),
        answer: None,
        created_at: NOW,
        expires_at: later(60),
    }
}

/// What a request to issue a card writes first.
pub fn intent(of: &CardType, key: &str) -> (Card, Operation, Unit) {
    let card = card(of);
    let operation = operation(&card);
    let unit = unit([
        Change::ClaimKey(claim(key)),
        Change::InsertCard(card.clone()),
        Change::InsertOperation(operation.clone()),
        Change::InsertEvent(event(&card)),
    ]);
    (card, operation, unit)
}
