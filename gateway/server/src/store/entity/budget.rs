use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budgets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub instance: String,
    pub name: String,
    pub status: String,
    pub provider_ref: Option<String>,
    pub currency: String,
    pub balance_micros: Option<i64>,
    pub balance_currency: Option<String>,
    pub balance_as_of_ms: Option<i64>,
    pub external_id: Option<String>,
    pub metadata: String,
    pub pending_operation: Option<Uuid>,
    pub refresh_at_ms: Option<i64>,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
