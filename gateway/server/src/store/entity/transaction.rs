use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub card_id: Uuid,
    pub instance: String,
    pub provider_ref: String,
    pub original_ref: Option<String>,
    #[sea_orm(column_name = "category")]
    pub kind: String,
    pub status: String,
    pub charged_to: String,
    pub occurred_at_ms: i64,
    pub details: String,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
