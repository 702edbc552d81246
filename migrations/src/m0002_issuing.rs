//! Customers, enrolments, budgets, transactions, and operations on other things than cards.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::table::Kind::{self, Id, Int, OptBytes, OptId, OptInt, OptText, Text};
use crate::table::{add_column, index, references, table, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_issuing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for (column, kind) in CARD_COLUMNS {
            manager
                .alter_table(add_column("cards", column, kind))
                .await?;
        }
        for widened in [&OPERATIONS, &EVENTS] {
            widened.up(manager).await?;
        }
        for statement in POSITIONS {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// Events of before in the order they were made; the next one follows them.
const POSITIONS: [&str; 2] = [
    "UPDATE events SET position = numbered.position FROM \
     (SELECT id, row_number() OVER (ORDER BY id) AS position FROM events) AS numbered \
     WHERE numbered.id = events.id",
    "INSERT INTO stream_positions (stream, last) SELECT 'events', count(*) FROM events",
];

const CARD_COLUMNS: [(&str, Kind); 5] = [
    ("customer_id", OptId),
    ("enrolment_id", OptId),
    ("budget_id", OptId),
    ("controls", OptText),
    ("note", OptText),
];

/// A table of the first migration whose `card_id` becomes optional, and which gets more columns.
struct Widened {
    name: &'static str,
    /// Every column it had, in any order.
    before: &'static [(&'static str, Kind)],
    added: &'static [(&'static str, Kind)],
    indexes: fn() -> Vec<IndexCreateStatement>,
}

impl Widened {
    async fn up(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            return self.rebuild(manager).await;
        }
        let optional = format!(
            "ALTER TABLE {} ALTER COLUMN card_id DROP NOT NULL",
            self.name
        );
        manager
            .get_connection()
            .execute_unprepared(&optional)
            .await?;
        for (column, kind) in self.added {
            manager
                .alter_table(add_column(self.name, column, *kind))
                .await?;
        }
        Ok(())
    }

    /// SQLite cannot make a column optional: the table is made anew. No other table refers to it.
    async fn rebuild(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let new = format!("{}_new", self.name);
        let columns: Vec<_> = self.before.iter().chain(self.added).copied().collect();
        let create = table(&new, &columns)
            .foreign_key(&mut references(&new, "card_id", "cards"))
            .to_owned();
        manager.create_table(create).await?;
        let kept: Vec<_> = self.before.iter().map(|(name, _)| *name).collect();
        let kept = kept.join(", ");
        let Self { name, .. } = self;
        let db = manager.get_connection();
        db.execute_unprepared(&format!(
            "INSERT INTO {new} ({kept}) SELECT {kept} FROM {name}"
        ))
        .await?;
        db.execute_unprepared(&format!("DROP TABLE {name}")).await?;
        db.execute_unprepared(&format!("ALTER TABLE {new} RENAME TO {name}"))
            .await?;
        for index in (self.indexes)() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

const OPERATIONS: Widened = Widened {
    name: "operations",
    before: &[
        ("id", Id),
        ("tenant", Text),
        ("kind", Text),
        ("status", Text),
        ("card_id", OptId),
        ("instance", Text),
        ("reference", Text),
        ("provider_ref", OptText),
        ("provider_status", OptText),
        ("card_ref", OptText),
        ("amount_micros", OptInt),
        ("amount_currency", OptText),
        ("fee_micros", OptInt),
        ("fee_currency", OptText),
        ("received_micros", OptInt),
        ("received_currency", OptText),
        ("note", OptText),
        ("failure", OptText),
        ("attention", OptText),
        ("occurred_at_ms", OptInt),
        ("sends", Int),
        ("lookups", Int),
        ("sent_at_ms", OptInt),
        ("due_at_ms", OptInt),
        ("version", Int),
        ("created_at_ms", Int),
        ("updated_at_ms", Int),
    ],
    added: &[
        ("enrolment_id", OptId),
        ("budget_id", OptId),
        ("controls", OptText),
        // An integer, null for rows of before: `ADD COLUMN` of a required one needs a default.
        ("holds_secret", OptInt),
    ],
    indexes: || {
        vec![
            unique("operations", &["instance", "reference"]),
            index("operations", &["tenant", "id"]),
            index("operations", &["card_id"]),
            index("operations", &["due_at_ms"]),
        ]
    },
};

const EVENTS: Widened = Widened {
    name: "events",
    before: &[
        ("id", Id),
        ("tenant", Text),
        ("kind", Text),
        ("card_id", OptId),
        ("operation_id", OptId),
        ("sequence", Int),
        ("data", Text),
        ("created_at_ms", Int),
    ],
    // The subject is null for rows of before: those are about their card. The position is where the
    // event is in the stream, in the order of commits.
    added: &[("subject", OptText), ("position", OptInt)],
    indexes: || vec![index("events", &["tenant", "id"])],
};

fn tables() -> Vec<TableCreateStatement> {
    vec![
        customers(),
        documents(),
        enrolments(),
        budgets(),
        transactions(),
        audit_records(),
        // The last position given in a stream. Whoever gives some holds its row until the commit.
        table("stream_positions", &[("stream", Text), ("last", Int)]),
    ]
}

fn customers() -> TableCreateStatement {
    table(
        "customers",
        &[
            ("id", Id),
            ("tenant", Text),
            ("kind", Text),
            ("external_id", OptText),
            ("metadata", Text),
            // Personal data, encrypted; null once erased.
            ("profile", OptBytes),
            // The id of the key it is encrypted with, to find what is to be encrypted anew.
            ("profile_key", OptText),
            ("erased_at_ms", OptInt),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
}

fn documents() -> TableCreateStatement {
    table(
        "documents",
        &[
            ("id", Id),
            ("tenant", Text),
            ("customer_id", Id),
            ("instance", Text),
            ("provider_ref", Text),
            ("media_type", Text),
            ("bytes", Int),
            ("created_at_ms", Int),
        ],
    )
    .foreign_key(&mut references("documents", "customer_id", "customers"))
    .to_owned()
}

fn enrolments() -> TableCreateStatement {
    table(
        "enrolments",
        &[
            ("id", Id),
            ("tenant", Text),
            ("customer_id", Id),
            ("instance", Text),
            ("type_id", Id),
            ("status", Text),
            ("status_as_of_ms", Int),
            ("provider_ref", OptText),
            ("provider_status", OptText),
            ("review_stage", OptText),
            ("reason", OptText),
            ("pending_operation", OptId),
            ("refresh_at_ms", OptInt),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
    .foreign_key(&mut references("enrolments", "customer_id", "customers"))
    .to_owned()
}

fn budgets() -> TableCreateStatement {
    table(
        "budgets",
        &[
            ("id", Id),
            ("tenant", Text),
            ("instance", Text),
            ("name", Text),
            ("status", Text),
            ("provider_ref", OptText),
            ("currency", Text),
            ("balance_micros", OptInt),
            ("balance_currency", OptText),
            ("balance_as_of_ms", OptInt),
            ("external_id", OptText),
            ("metadata", Text),
            ("pending_operation", OptId),
            ("refresh_at_ms", OptInt),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
}

fn transactions() -> TableCreateStatement {
    table(
        "transactions",
        &[
            ("id", Id),
            ("tenant", Text),
            ("card_id", Id),
            ("instance", Text),
            ("provider_ref", Text),
            ("original_ref", OptText),
            // Not `kind`: that is fixed for good in the other tables, here a report may change it.
            ("category", Text),
            ("status", Text),
            ("charged_to", Text),
            ("occurred_at_ms", Int),
            // Amounts, merchant and the provider's words, as JSON.
            ("details", Text),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
    .foreign_key(&mut references("transactions", "card_id", "cards"))
    .to_owned()
}

fn audit_records() -> TableCreateStatement {
    table(
        "audit_records",
        &[
            ("id", Id),
            ("tenant", Text),
            ("action", Text),
            ("subject", Text),
            // The API key that was used.
            ("actor", Text),
            ("request_id", Text),
            ("created_at_ms", Int),
        ],
    )
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("customers", &["tenant", "id"]),
        index("customers", &["profile_key"]),
        index("documents", &["customer_id"]),
        unique("enrolments", &["instance", "provider_ref"]),
        // One enrolment per customer and card type.
        unique("enrolments", &["customer_id", "type_id"]),
        index("enrolments", &["refresh_at_ms"]),
        unique("budgets", &["instance", "provider_ref"]),
        index("budgets", &["tenant", "id"]),
        index("budgets", &["refresh_at_ms"]),
        unique("transactions", &["instance", "provider_ref"]),
        index("transactions", &["instance", "original_ref"]),
        index("transactions", &["tenant", "id"]),
        index("transactions", &["card_id", "id"]),
        index("audit_records", &["tenant", "id"]),
        index("events", &["tenant", "position"]),
        index("cards", &["customer_id"]),
    ]
}
