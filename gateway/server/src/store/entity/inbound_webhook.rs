use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbound_webhooks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub instance: String,
    pub identity: String,
    pub category: String,
    pub body: Vec<u8>,
    pub received_at_ms: i64,
    pub due_at_ms: Option<i64>,
    pub attempts: i64,
    pub last_error: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
