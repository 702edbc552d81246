//! Disputes, operations that are told by comparison, enrolments the customer goes on with.

use sea_orm_migration::prelude::*;

use crate::table::Kind::{self, Id, Int, OptId, OptInt, OptText, Text};
use crate::table::{add_column, index, references, table, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_disputes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(disputes()).await?;
        for (table, column, kind) in COLUMNS {
            manager.alter_table(add_column(table, column, kind)).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

const COLUMNS: [(&str, &str, Kind); 3] = [
    ("operations", "dispute_id", OptId),
    // What the card held before it was sent, as JSON.
    ("operations", "funds_before", OptText),
    ("enrolments", "action_url", OptText),
];

fn disputes() -> TableCreateStatement {
    table(
        "disputes",
        &[
            ("id", Id),
            ("tenant", Text),
            ("instance", Text),
            ("card_id", Id),
            ("transaction_id", Id),
            // The transaction again while the dispute is open: one open dispute for each.
            ("open_on", OptId),
            ("status", Text),
            ("status_as_of_ms", Int),
            ("provider_ref", OptText),
            ("provider_status", OptText),
            ("evidence", Text),
            ("file_urls", Text),
            ("response", OptText),
            ("external_id", OptText),
            ("metadata", Text),
            ("pending_operation", OptId),
            ("refresh_at_ms", OptInt),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
    .foreign_key(&mut references("disputes", "card_id", "cards"))
    .foreign_key(&mut references(
        "disputes",
        "transaction_id",
        "transactions",
    ))
    .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("disputes", &["instance", "provider_ref"]),
        unique("disputes", &["open_on"]),
        index("disputes", &["tenant", "id"]),
        index("disputes", &["transaction_id"]),
        index("disputes", &["refresh_at_ms"]),
    ]
}
