//! The database schema, for SQLite and PostgreSQL from the same statements.
//!
//! Columns are UUID, BIGINT, text, blob and boolean only: a decimal, float or date-time column is
//! rounded or sorted differently on the two. Money is integer millionths (`*_micros`) beside a
//! currency, times are milliseconds since the epoch (`*_ms`), lists and maps are JSON text.

mod m0001_foundation;
mod m0002_issuing;
mod m0003_batches;
mod m0004_disputes;
mod m0005_decisions;
mod m0006_attention;
mod m0007_routing;
mod m0008_card_books;
mod table;

use sea_orm_migration::prelude::{DbErr, MigrationTrait, MigratorTrait};
pub use sea_orm_migration::{IntoSchemaManagerConnection, sea_orm};

struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_issuing::Migration),
            Box::new(m0003_batches::Migration),
            Box::new(m0004_disputes::Migration),
            Box::new(m0005_decisions::Migration),
            Box::new(m0006_attention::Migration),
            Box::new(m0007_routing::Migration),
            Box::new(m0008_card_books::Migration),
        ]
    }
}

/// Apply every migration that has not been applied.
pub async fn up<'c>(db: impl IntoSchemaManagerConnection<'c>) -> Result<(), DbErr> {
    Migrator::up(db, None).await
}

/// Apply this many migrations more: to test what a later one does to the rows of an earlier schema.
pub async fn up_by<'c>(db: impl IntoSchemaManagerConnection<'c>, steps: u32) -> Result<(), DbErr> {
    Migrator::up(db, Some(steps)).await
}

/// The names of the migrations [`up`] would apply. Changes nothing.
pub async fn pending(db: &impl sea_orm::ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(db).await?;
    Ok(pending.iter().map(|m| m.name().to_owned()).collect())
}
