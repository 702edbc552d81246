use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub customer_id: Uuid,
    pub instance: String,
    pub type_id: Uuid,
    pub status: String,
    pub status_as_of_ms: i64,
    pub provider_ref: Option<String>,
    pub provider_status: Option<String>,
    pub review_stage: Option<String>,
    pub reason: Option<String>,
    pub action_url: Option<String>,
    pub pending_operation: Option<Uuid>,
    pub refresh_at_ms: Option<i64>,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
