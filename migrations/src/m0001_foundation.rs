use sea_orm_migration::prelude::*;

use crate::table::Kind::{Bool, Bytes, Id, Int, OptId, OptInt, OptText, Text};
use crate::table::{index, keyless, references, table, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_foundation"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        card_types(),
        cards(),
        operations(),
        idempotency_keys(),
        events(),
        inbound_webhooks(),
        api_keys(),
        jobs(),
        // The last batch each writer committed, PostgreSQL only: see `store::writer`.
        table("writer_marks", &[("writer", Id), ("batch", Int)]),
    ]
}

fn card_types() -> TableCreateStatement {
    table(
        "card_types",
        &[
            ("id", Id),
            ("instance", Text),
            ("provider_ref", Text),
            ("name", Text),
            ("description", OptText),
            ("model", Text),
            ("form", Text),
            ("brand", OptText),
            ("country", OptText),
            ("currency", Text),
            ("bin", OptText),
            ("online", Bool),
            ("rules", Text),
            ("listed", Bool),
            ("synced_at_ms", Int),
        ],
    )
}

fn cards() -> TableCreateStatement {
    table(
        "cards",
        &[
            ("id", Id),
            ("tenant", Text),
            ("status", Text),
            ("status_as_of_ms", Int),
            ("provider_status", OptText),
            ("drift", Bool),
            ("model", Text),
            ("form", Text),
            ("type_id", Id),
            ("instance", Text),
            ("provider_ref", OptText),
            ("brand", OptText),
            ("last4", OptText),
            ("currency", Text),
            ("balance_micros", OptInt),
            ("balance_currency", OptText),
            ("balance_as_of_ms", OptInt),
            ("label", OptText),
            ("external_id", OptText),
            ("metadata", Text),
            ("pending_operation", OptId),
            ("refresh_at_ms", OptInt),
            ("version", Int),
            ("created_at_ms", Int),
            ("updated_at_ms", Int),
        ],
    )
    .foreign_key(&mut references("cards", "type_id", "card_types"))
    .to_owned()
}

fn operations() -> TableCreateStatement {
    table(
        "operations",
        &[
            ("id", Id),
            ("tenant", Text),
            ("kind", Text),
            ("status", Text),
            ("card_id", Id),
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
    )
    .foreign_key(&mut references("operations", "card_id", "cards"))
    .to_owned()
}

fn idempotency_keys() -> TableCreateStatement {
    keyless(
        "idempotency_keys",
        &[
            ("tenant", Text),
            ("key", Text),
            ("fingerprint", Text),
            ("method", Text),
            ("path", Text),
            ("operation_id", Id),
            ("card_id", Id),
            ("answer_status", OptInt),
            ("answer_body", OptText),
            ("created_at_ms", Int),
            ("expires_at_ms", Int),
        ],
    )
    .primary_key(Index::create().col("tenant").col("key"))
    .to_owned()
}

fn events() -> TableCreateStatement {
    table(
        "events",
        &[
            ("id", Id),
            ("tenant", Text),
            ("kind", Text),
            ("card_id", Id),
            ("operation_id", OptId),
            ("sequence", Int),
            ("data", Text),
            ("created_at_ms", Int),
        ],
    )
    .foreign_key(&mut references("events", "card_id", "cards"))
    .to_owned()
}

fn inbound_webhooks() -> TableCreateStatement {
    table(
        "inbound_webhooks",
        &[
            ("id", Id),
            ("instance", Text),
            ("identity", Text),
            ("category", Text),
            ("body", Bytes),
            ("received_at_ms", Int),
            ("due_at_ms", OptInt),
            ("attempts", Int),
            ("last_error", OptText),
        ],
    )
}

fn api_keys() -> TableCreateStatement {
    table(
        "api_keys",
        &[
            ("id", Id),
            ("tenant", Text),
            ("name", Text),
            ("scopes", Text),
            ("hash", Bytes),
            ("created_at_ms", Int),
            ("expires_at_ms", OptInt),
            ("revoked_at_ms", OptInt),
        ],
    )
}

fn jobs() -> TableCreateStatement {
    table(
        "jobs",
        &[
            ("id", Id),
            ("kind", Text),
            ("key", Text),
            ("payload", Text),
            ("due_at_ms", Int),
            ("attempts", Int),
            ("last_error", OptText),
        ],
    )
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("card_types", &["instance", "provider_ref"]),
        unique("cards", &["instance", "provider_ref"]),
        index("cards", &["tenant", "id"]),
        index("cards", &["refresh_at_ms"]),
        unique("operations", &["instance", "reference"]),
        index("operations", &["tenant", "id"]),
        index("operations", &["card_id"]),
        index("operations", &["due_at_ms"]),
        index("idempotency_keys", &["expires_at_ms"]),
        index("events", &["tenant", "id"]),
        unique("inbound_webhooks", &["instance", "identity"]),
        index("inbound_webhooks", &["due_at_ms"]),
        index("api_keys", &["tenant", "id"]),
        unique("jobs", &["kind", "key"]),
        index("jobs", &["due_at_ms"]),
    ]
}
