use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub fingerprint: String,
    pub method: String,
    pub path: String,
    pub operation_id: Uuid,
    pub card_id: Uuid,
    pub answer_status: Option<i64>,
    pub answer_body: Option<String>,
    pub created_at_ms: i64,
    pub expires_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
