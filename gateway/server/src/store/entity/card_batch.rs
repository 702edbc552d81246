use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card_batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub status: String,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub metadata: String,
    pub succeeded: Option<i64>,
    pub failed: Option<i64>,
    pub cancelled: Option<i64>,
    pub cancel_asked_at_ms: Option<i64>,
    pub completed_at_ms: Option<i64>,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
