use cardmux::store::{
    Change, Store, StoreOptions, WriteError, authorizations, cards, events, ledger, operations,
};
use cardmux_domain::id::{BudgetId, CardId, OperationId};
use cardmux_domain::ledger::{Book, BookOwner, TransferKind};
use cardmux_domain::operation::SubjectId;
use cardmux_migrations::sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::fixtures::{NOW, open};
use crate::postgres;

/// Declared types of columns, SQLite's and PostgreSQL's. A decimal, float or date-time column would
/// lose digits or sort differently on one of the two.
const ALLOWED: [&str; 10] = [
    "uuid_text",
    "bigint",
    "integer",
    "text",
    "blob",
    "boolean",
    "uuid",
    "int8",
    "bytea",
    "bool",
];

const SQLITE: &str = "SELECT m.name AS owner, c.name AS name, lower(c.type) AS kind \
    FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'";
const POSTGRES: &str = "SELECT table_name::text AS owner, column_name::text AS name, \
    udt_name::text AS kind FROM information_schema.columns WHERE table_schema = 'public'";

async fn columns_are_allowed(url: &str, sql: &str) {
    let store = open(url).await;
    let db = Database::connect(url).await.unwrap();
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let mut ids = 0;
    for row in db.query_all_raw(statement).await.unwrap() {
        let get = |column: &str| row.try_get::<String>("", column).unwrap();
        let (owner, name, kind) = (get("owner"), get("name"), get("kind"));
        // The migrations keep their own table.
        if !owner.starts_with("seaql_") {
            assert!(ALLOWED.contains(&kind.as_str()), "{owner}.{name} is {kind}");
            ids += usize::from(name == "id");
        }
    }
    assert!(ids >= 7, "the query finds the tables");
    store.close().await;
}

async fn migrations_are_pending_until_applied(url: &str) {
    let store = Store::connect(&StoreOptions::new(url)).await.unwrap();
    assert!(!store.pending_migrations().await.unwrap().is_empty());
    store.ping().await.unwrap();
    let (first, second) = tokio::join!(store.migrate(), open(url));
    first.unwrap();
    assert!(store.pending_migrations().await.unwrap().is_empty());
    second.close().await;
    store.close().await;
}

#[tokio::test]
async fn sqlite_schema_has_only_exact_columns() {
    let dir = tempfile::tempdir().unwrap();
    let url = |name| format!("sqlite://{}?mode=rwc", dir.path().join(name).display());
    columns_are_allowed(&url("a.db"), SQLITE).await;
}

#[tokio::test]
async fn postgres_schema_has_only_exact_columns_and_gateways_migrate_in_turn() {
    on_a_database(async |url| columns_are_allowed(url, POSTGRES).await).await;
    on_a_database(async |url| migrations_are_pending_until_applied(url).await).await;
}

async fn on_a_database(test: impl AsyncFnOnce(&str)) {
    if let Some(database) = postgres::Database::create().await.unwrap() {
        test(&database.url).await;
        database.remove().await.unwrap();
    }
}

/// Run statements that name ids.
async fn insert(db: &DatabaseConnection, url: &str, ids: &[(&str, u128)], statements: &[&str]) {
    for insert in statements {
        let insert = ids.iter().fold((*insert).to_owned(), |sql, (name, id)| {
            // SQLite keeps the sixteen bytes.
            let literal = match url.starts_with("sqlite") {
                true => format!("x'{id:032x}'"),
                false => format!("'{}'", uuid::Uuid::from_u128(*id)),
            };
            sql.replace(name, &literal)
        });
        db.execute_unprepared(&insert).await.unwrap();
    }
}

/// What the first version stored, an operation and an event of a card, is read by this one.
async fn rows_of_the_first_version_are_kept(url: &str) {
    const FIRST: [&str; 4] = [
        "INSERT INTO card_types (id, instance, provider_ref, name, model, form, currency, online, rules, listed, synced_at_ms) \
         VALUES ($T, 'fincard_main', '111039', 'Prepaid', 'card', 'virtual', 'USD', true, '{\"capabilities\":[],\"requirements\":[]}', true, 1)",
        "INSERT INTO cards (id, tenant, status, status_as_of_ms, drift, model, form, type_id, instance, currency, metadata, version, created_at_ms, updated_at_ms) \
         VALUES ($C, 'demo', 'active', 1, false, 'card', 'virtual', $T, 'fincard_main', 'USD', '{}', 3, 1, 1)",
        "INSERT INTO operations (id, tenant, kind, status, card_id, instance, reference, card_ref, sends, lookups, version, created_at_ms, updated_at_ms) \
         VALUES ($O, 'demo', 'issue', 'succeeded', $C, 'fincard_main', 'ref', 'FC1', 1, 0, 2, 1, 1)",
        "INSERT INTO events (id, tenant, kind, card_id, operation_id, sequence, data, created_at_ms) \
         VALUES ($E, 'demo', 'operation.succeeded', $C, $O, 3, '{\"card_status\":\"active\",\"provider_status\":null,\"operation\":null}', 1)",
    ];
    let db = Database::connect(url).await.unwrap();
    cardmux_migrations::up_by(&db, 1).await.unwrap();
    let ids = [("$T", 1), ("$C", 2), ("$O", 3), ("$E", 4)];
    insert(&db, url, &ids, &FIRST).await;
    let store = open(url).await;
    let tenant = crate::fixtures::tenant("demo");
    let id = |id| uuid::Uuid::from_u128(id);
    let card = cards::get(&store, &tenant, CardId::from_uuid(id(2))).await;
    let card = card.unwrap().unwrap();
    assert_eq!((card.customer_id, card.controls.is_empty()), (None, true));
    let operation = operations::get(&store, &tenant, OperationId::from_uuid(id(3))).await;
    let operation = operation.unwrap().unwrap();
    assert_eq!(operation.subject, SubjectId::Card(card.id));
    assert_eq!(operation.subject_ref.as_deref(), Some("FC1"));
    assert!(!operation.holds_secret);
    let filter = events::EventFilter::default();
    let told = events::list(&store, &tenant, &filter, None, 9)
        .await
        .unwrap();
    assert_eq!(told[0].subject, card.id.to_string());
    assert!(told[0].data.card.is_some());
    let rest = events::list(&store, &tenant, &filter, Some(told[0].id), 9).await;
    assert_eq!(rest.unwrap(), []);
    let card_event = crate::fixtures::event(&card);
    crate::fixtures::commit(&store, [Change::InsertEvent(card_event.clone())]).await;
    let rest = events::list(&store, &tenant, &filter, Some(told[0].id), 9).await;
    assert_eq!(rest.unwrap(), [card_event]);
    // The table that was made anew has its indexes: a used reference is noticed.
    let mut twice = crate::fixtures::operation(&card);
    twice.reference = operation.reference;
    let twice = store
        .commit(crate::fixtures::unit([Change::InsertOperation(twice)]))
        .await;
    assert!(matches!(twice, Err(WriteError::Conflict(_))));
    store.close().await;
}

#[tokio::test]
async fn sqlite_rows_of_the_first_version_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("test.db");
    rows_of_the_first_version_are_kept(&format!("sqlite://{}?mode=rwc", file.display())).await;
}

#[tokio::test]
async fn postgres_rows_of_the_first_version_are_kept() {
    on_a_database(async |url| rows_of_the_first_version_are_kept(url).await).await;
}

/// A budget and a card of before take part in what came with the ledger.
async fn rows_of_before_the_ledger_are_decided_on(url: &str) {
    const BEFORE: [&str; 3] = [
        "INSERT INTO budgets (id, tenant, instance, name, status, currency, metadata, version, created_at_ms, updated_at_ms) \
         VALUES ($B, 'demo', 'finci_eu', 'Ads', 'active', 'USD', '{}', 1, 1, 1)",
        "INSERT INTO card_types (id, instance, provider_ref, name, model, form, currency, online, rules, listed, synced_at_ms) \
         VALUES ($T, 'finci_eu', '1', 'Prepaid', 'card', 'virtual', 'USD', true, '{\"capabilities\":[],\"requirements\":[]}', true, 1)",
        "INSERT INTO cards (id, tenant, status, status_as_of_ms, drift, model, form, type_id, instance, budget_id, currency, metadata, version, created_at_ms, updated_at_ms) \
         VALUES ($C, 'demo', 'active', 1, false, 'card', 'virtual', $T, 'finci_eu', $B, 'USD', '{}', 3, 1, 1)",
    ];
    let db = Database::connect(url).await.unwrap();
    cardmux_migrations::up_by(&db, 4).await.unwrap();
    let pending = cardmux_migrations::pending(&db).await.unwrap();
    assert_eq!(pending.first().map(String::as_str), Some("m0005_decisions"));
    insert(&db, url, &[("$B", 1), ("$T", 2), ("$C", 3)], &BEFORE).await;
    let store = open(url).await;
    let tenant = crate::fixtures::tenant("demo");
    let id = uuid::Uuid::from_u128;
    let card = cards::get(&store, &tenant, CardId::from_uuid(id(3))).await;
    let card = card.unwrap().unwrap();
    let budget = card.budget_id.unwrap();
    let none = ledger::book_of(&store, &tenant, budget.into()).await;
    assert_eq!(none.unwrap(), None);
    let book = Book::open(budget, tenant.clone(), card.currency, NOW);
    let entry = crate::ledger::moved(book.clone(), NOW, TransferKind::Fund, "10", "f");
    let asked = crate::authorizations::approved(&card, "a", NOW);
    let mut unit = crate::fixtures::unit([
        Change::InsertBook(book),
        Change::InsertAuthorization(asked.clone()),
    ]);
    unit.enter(entry.clone());
    store.commit(unit).await.unwrap();
    let found = ledger::book_of(&store, &tenant, budget.into()).await;
    assert_eq!(found.unwrap(), Some(entry.book));
    let found = authorizations::get(&store, &tenant, asked.id).await;
    assert_eq!(found.unwrap(), Some(asked));
    store.close().await;
}

#[tokio::test]
async fn sqlite_rows_of_before_the_ledger_are_decided_on() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("test.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    rows_of_before_the_ledger_are_decided_on(&url).await;
}

#[tokio::test]
async fn postgres_rows_of_before_the_ledger_are_decided_on() {
    on_a_database(async |url| rows_of_before_the_ledger_are_decided_on(url).await).await;
}

/// A budget's book and its first movement, of before cards could have books.
async fn books_of_before_those_of_cards_are_kept(url: &str) {
    const BEFORE: [&str; 3] = [
        "INSERT INTO budgets (id, tenant, instance, name, status, currency, metadata, version, created_at_ms, updated_at_ms) \
         VALUES ($B, 'demo', 'ledger', 'Ads', 'active', 'EUR', '{}', 1, 1, 1)",
        "INSERT INTO ledger_books (id, tenant, budget_id, currency, available_micros, held_micros, spent_micros, fees_micros, funded_micros, version, created_at_ms, updated_at_ms) \
         VALUES ($L, 'demo', $B, 'EUR', 10000000, 0, 0, 0, -10000000, 2, 1, 1)",
        "INSERT INTO ledger_transfers (id, book_id, tenant, kind, source, amount_micros, from_account, to_account, from_after_micros, to_after_micros, book_version, position, booked_at_ms) \
         VALUES ($T, $L, 'demo', 'fund', 'op', 10000000, 'funded', 'available', -10000000, 10000000, 2, 0, 1)",
    ];
    const STRAY: &str = "INSERT INTO ledger_transfers (id, book_id, tenant, kind, source, amount_micros, from_account, to_account, from_after_micros, to_after_micros, book_version, position, booked_at_ms) \
         SELECT budget_id, budget_id, 'demo', 'fund', 'stray', 1, 'funded', 'available', -1, 1, 2, 0, 1 FROM ledger_books";
    let db = Database::connect(url).await.unwrap();
    cardmux_migrations::up_by(&db, 7).await.unwrap();
    let pending = cardmux_migrations::pending(&db).await.unwrap();
    assert_eq!(
        pending.first().map(String::as_str),
        Some("m0008_card_books")
    );
    insert(&db, url, &[("$B", 1), ("$L", 2), ("$T", 3)], &BEFORE).await;
    let store = open(url).await;
    let tenant = crate::fixtures::tenant("demo");
    let owner = BookOwner::Budget(BudgetId::from_uuid(uuid::Uuid::from_u128(1)));
    let book = ledger::book_of(&store, &tenant, owner).await;
    let book = book.unwrap().unwrap();
    assert_eq!(book.available, crate::ledger::amount("10"));
    let entry = crate::ledger::moved(book, NOW, TransferKind::Withdraw, "4", "w");
    let moved = crate::ledger::entered(entry.clone());
    store.commit(moved).await.unwrap();
    let found = ledger::book_of(&store, &tenant, owner).await;
    assert_eq!(found.unwrap(), Some(entry.book));
    assert_eq!(ledger::recomputed(&store).await.unwrap(), []);
    // A transfer still needs its book.
    assert!(db.execute_unprepared(STRAY).await.is_err());
    store.close().await;
}

#[tokio::test]
async fn sqlite_books_of_before_those_of_cards_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("test.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    books_of_before_those_of_cards_are_kept(&url).await;
}

#[tokio::test]
async fn postgres_books_of_before_those_of_cards_are_kept() {
    on_a_database(async |url| books_of_before_those_of_cards_are_kept(url).await).await;
}
