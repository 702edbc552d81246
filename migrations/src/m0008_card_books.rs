//! Books of cards that have money of their own: a book belongs to a budget or to a card.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::table::Kind::{self, Id, Int, OptId, Text};
use crate::table::{references, table, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0008_card_books"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too: foreign keys are only looked at when it is committed.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() == DatabaseBackend::Sqlite {
            true => rebuild(manager).await?,
            false => widen(manager).await?,
        }
        manager.create_index(unique(BOOKS, &["card_id"])).await
    }
}

const BOOKS: &str = "ledger_books";

/// As they were, in the order of their table.
const COLUMNS: [(&str, Kind); 12] = [
    ("id", Id),
    ("tenant", Text),
    ("budget_id", OptId),
    ("currency", Text),
    ("available_micros", Int),
    ("held_micros", Int),
    ("spent_micros", Int),
    ("fees_micros", Int),
    ("funded_micros", Int),
    ("version", Int),
    ("created_at_ms", Int),
    ("updated_at_ms", Int),
];

async fn widen(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    for statement in [
        "ALTER TABLE ledger_books ALTER COLUMN budget_id DROP NOT NULL",
        "ALTER TABLE ledger_books ADD COLUMN card_id uuid REFERENCES cards (id)",
    ] {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// SQLite cannot make a column optional: the table is made anew under its name, so that transfers
/// refer to it as before.
async fn rebuild(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    for statement in [
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TABLE ledger_books_kept AS SELECT * FROM ledger_books",
        "DROP TABLE ledger_books",
    ] {
        db.execute_unprepared(statement).await?;
    }
    let columns: Vec<_> = COLUMNS.into_iter().chain([("card_id", OptId)]).collect();
    let create = table(BOOKS, &columns)
        .foreign_key(&mut references(BOOKS, "budget_id", "budgets"))
        .foreign_key(&mut references(BOOKS, "card_id", "cards"))
        .to_owned();
    manager.create_table(create).await?;
    let kept = COLUMNS.map(|(name, _)| name).join(", ");
    for statement in [
        format!("INSERT INTO ledger_books ({kept}) SELECT {kept} FROM ledger_books_kept"),
        "DROP TABLE ledger_books_kept".to_owned(),
    ] {
        db.execute_unprepared(&statement).await?;
    }
    manager.create_index(unique(BOOKS, &["budget_id"])).await
}
