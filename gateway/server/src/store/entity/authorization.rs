use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub instance: String,
    pub provider_ref: String,
    pub card_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub budget_id: Option<Uuid>,
    pub transaction_id: Option<Uuid>,
    pub status: String,
    pub amount_micros: i64,
    pub amount_currency: String,
    pub merchant_amount_micros: Option<i64>,
    pub merchant_amount_currency: Option<String>,
    pub merchant: String,
    pub held_micros: i64,
    pub released_micros: i64,
    pub posted_micros: i64,
    pub fees_micros: i64,
    pub returned_micros: i64,
    pub counted_micros: i64,
    pub counts: bool,
    pub verdict: Option<String>,
    pub decided_by: String,
    pub reasons: String,
    pub rule_versions: String,
    pub shadow: Option<String>,
    pub facts: String,
    pub received_at_ms: i64,
    pub evaluated_at_ms: Option<i64>,
    pub endpoint_at_ms: Option<i64>,
    pub answered_at_ms: Option<i64>,
    pub expires_at_ms: Option<i64>,
    pub due_at_ms: Option<i64>,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
