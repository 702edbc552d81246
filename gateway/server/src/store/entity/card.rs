use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cards")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub status: String,
    pub status_as_of_ms: i64,
    pub provider_status: Option<String>,
    pub drift: bool,
    pub model: String,
    pub form: String,
    pub type_id: Uuid,
    pub instance: String,
    pub provider_ref: Option<String>,
    pub customer_id: Option<Uuid>,
    pub enrolment_id: Option<Uuid>,
    pub budget_id: Option<Uuid>,
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub currency: String,
    pub balance_micros: Option<i64>,
    pub balance_currency: Option<String>,
    pub balance_as_of_ms: Option<i64>,
    pub controls: Option<String>,
    pub note: Option<String>,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub metadata: String,
    pub routing: Option<String>,
    pub pending_operation: Option<Uuid>,
    pub refresh_at_ms: Option<i64>,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
