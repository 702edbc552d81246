use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disputes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub instance: String,
    pub card_id: Uuid,
    pub transaction_id: Uuid,
    pub open_on: Option<Uuid>,
    pub status: String,
    pub status_as_of_ms: i64,
    pub provider_ref: Option<String>,
    pub provider_status: Option<String>,
    pub evidence: String,
    pub file_urls: String,
    pub response: Option<String>,
    pub external_id: Option<String>,
    pub metadata: String,
    pub pending_operation: Option<Uuid>,
    pub refresh_at_ms: Option<i64>,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
