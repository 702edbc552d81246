//! Batches of cards and their items.

use sea_orm_migration::prelude::*;

use crate::table::Kind::{Id, Int, OptBytes, OptId, OptInt, OptText, Text};
use crate::table::{index, references, table, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_batches"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [card_batches(), card_batch_items()] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn card_batches() -> TableCreateStatement {
    table(
        "card_batches",
        &[
            ("id", Id),
            ("tenant", Text),
            ("status", Text),
            ("label", OptText),
            ("external_id", OptText),
            ("metadata", Text),
            // How many items ended how; null until all have.
            ("succeeded", OptInt),
            ("failed", OptInt),
            ("cancelled", OptInt),
            ("cancel_asked_at_ms", OptInt),
            ("completed_at_ms", OptInt),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
}

fn card_batch_items() -> TableCreateStatement {
    table(
        "card_batch_items",
        &[
            ("id", Id),
            ("tenant", Text),
            ("batch_id", Id),
            // The place in the request; `index` is a word of SQL.
            ("position", Int),
            ("status", Text),
            ("request", Text),
            // Personal data, encrypted; null once the item is decided.
            ("cardholder", OptBytes),
            // Not `card_id`: that is fixed for good in the other tables, here an attempt sets it.
            ("card", OptId),
            ("operation", OptId),
            ("error", OptText),
            ("attempts", Int),
            ("due_at_ms", OptInt),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
    .foreign_key(&mut references(
        "card_batch_items",
        "batch_id",
        "card_batches",
    ))
    .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("card_batches", &["tenant", "id"]),
        index("card_batches", &["status"]),
        unique("card_batch_items", &["batch_id", "position"]),
        index("card_batch_items", &["batch_id", "status"]),
        index("card_batch_items", &["due_at_ms"]),
    ]
}
