//! The queue of operations that need a person, found without reading all operations.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0006_attention"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name("operations_attention")
            .table("operations")
            .col("id")
            .and_where(Expr::col("attention").is_not_null())
            .to_owned();
        manager.create_index(index).await
    }
}
