use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card_batch_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub batch_id: Uuid,
    pub position: i64,
    pub status: String,
    pub request: String,
    pub cardholder: Option<Vec<u8>>,
    pub card: Option<Uuid>,
    pub operation: Option<Uuid>,
    pub error: Option<String>,
    pub attempts: i64,
    pub due_at_ms: Option<i64>,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
