//! The ledger, authorizations, and the spend controls they are decided by.

use sea_orm_migration::prelude::*;

use crate::table::Kind::{Bool, Id, Int, OptId, OptInt, OptText, Text};
use crate::table::{index, references, table, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0005_decisions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            ledger_books(),
            ledger_transfers(),
            authorizations(),
            spend_controls(),
            spend_marks(),
        ] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn ledger_books() -> TableCreateStatement {
    table(
        "ledger_books",
        &[
            ("id", Id),
            ("tenant", Text),
            ("budget_id", Id),
            ("currency", Text),
            ("available_micros", Int),
            ("held_micros", Int),
            ("spent_micros", Int),
            ("fees_micros", Int),
            ("funded_micros", Int),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
    .foreign_key(&mut references("ledger_books", "budget_id", "budgets"))
    .to_owned()
}

fn ledger_transfers() -> TableCreateStatement {
    table(
        "ledger_transfers",
        &[
            ("id", Id),
            ("book_id", Id),
            ("tenant", Text),
            ("kind", Text),
            ("source", Text),
            ("amount_micros", Int),
            // They follow from the kind; here for sums.
            ("from_account", Text),
            ("to_account", Text),
            ("from_after_micros", Int),
            ("to_after_micros", Int),
            ("authorization_id", OptId),
            ("operation_id", OptId),
            ("note", OptText),
            ("book_version", Int),
            ("position", Int),
            ("booked_at_ms", Int),
        ],
    )
    .foreign_key(&mut references(
        "ledger_transfers",
        "book_id",
        "ledger_books",
    ))
    .to_owned()
}

fn authorizations() -> TableCreateStatement {
    table(
        "authorizations",
        &[
            ("id", Id),
            ("tenant", Text),
            ("instance", Text),
            ("provider_ref", Text),
            ("card_id", Id),
            ("customer_id", OptId),
            ("budget_id", OptId),
            ("transaction_id", OptId),
            ("status", Text),
            ("amount_micros", Int),
            ("amount_currency", Text),
            ("merchant_amount_micros", OptInt),
            ("merchant_amount_currency", OptText),
            ("merchant", Text),
            ("held_micros", Int),
            ("released_micros", Int),
            ("posted_micros", Int),
            ("fees_micros", Int),
            ("returned_micros", Int),
            // What spend limits count of it, and whether they do. Both follow from the others.
            ("counted_micros", Int),
            ("counts", Bool),
            ("verdict", OptText),
            ("decided_by", Text),
            ("reasons", Text),
            ("rule_versions", Text),
            ("shadow", OptText),
            ("facts", Text),
            ("received_at_ms", Int),
            ("evaluated_at_ms", OptInt),
            ("endpoint_at_ms", OptInt),
            ("answered_at_ms", OptInt),
            ("expires_at_ms", OptInt),
            // When the worker is to release what is held: while something is, when it expires, or
            // when a worker's lease on that ends.
            ("due_at_ms", OptInt),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
    .foreign_key(&mut references("authorizations", "card_id", "cards"))
    .to_owned()
}

fn spend_controls() -> TableCreateStatement {
    table(
        "spend_controls",
        &[
            ("id", Id),
            ("tenant", Text),
            ("scope_kind", Text),
            // Null where it covers the tenant.
            ("scope_id", OptId),
            ("name", OptText),
            ("stage", Text),
            ("rules", Text),
            // Of a draft: the control whose place it would take.
            ("replaces", OptId),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
}

/// One row for each control over more than one book: every decision under it takes the row a
/// version further, so that of two that counted the same history one loses.
fn spend_marks() -> TableCreateStatement {
    let mut control = references("spend_marks", "control_id", "spend_controls");
    table(
        "spend_marks",
        &[("id", Id), ("control_id", Id), ("version", Int)],
    )
    .foreign_key(control.on_delete(ForeignKeyAction::Cascade))
    .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("ledger_books", &["budget_id"]),
        // No cause moves money twice.
        unique("ledger_transfers", &["book_id", "source"]),
        index("ledger_transfers", &["book_id", "book_version", "position"]),
        index("ledger_transfers", &["authorization_id"]),
        index("ledger_transfers", &["tenant", "booked_at_ms"]),
        unique("authorizations", &["instance", "provider_ref"]),
        index("authorizations", &["tenant", "id"]),
        index("authorizations", &["card_id", "received_at_ms"]),
        index("authorizations", &["customer_id", "received_at_ms"]),
        index("authorizations", &["budget_id", "received_at_ms"]),
        index("authorizations", &["tenant", "received_at_ms"]),
        index("authorizations", &["due_at_ms"]),
        index("spend_controls", &["tenant", "scope_kind", "scope_id"]),
        unique("spend_marks", &["control_id"]),
    ]
}
