//! Why a card is at its issuer.

use sea_orm_migration::prelude::*;

use crate::table::Kind::OptText;
use crate::table::add_column;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0007_routing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // JSON; null where the request named the card type.
        manager
            .alter_table(add_column("cards", "routing", OptText))
            .await
    }
}
