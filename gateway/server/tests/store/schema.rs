use cardmux::store::{Store, StoreOptions};
use cardmux_migrations::sea_orm::{ConnectionTrait, Database, Statement};

use crate::fixtures::open;
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
