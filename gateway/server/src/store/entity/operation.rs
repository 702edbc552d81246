use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub kind: String,
    pub status: String,
    pub card_id: Option<Uuid>,
    pub enrolment_id: Option<Uuid>,
    pub budget_id: Option<Uuid>,
    pub dispute_id: Option<Uuid>,
    pub instance: String,
    pub reference: String,
    pub provider_ref: Option<String>,
    pub provider_status: Option<String>,
    /// Named when operations were on cards only; a column is not renamed under a running gateway.
    #[sea_orm(column_name = "card_ref")]
    pub subject_ref: Option<String>,
    pub amount_micros: Option<i64>,
    pub amount_currency: Option<String>,
    pub fee_micros: Option<i64>,
    pub fee_currency: Option<String>,
    pub received_micros: Option<i64>,
    pub received_currency: Option<String>,
    pub note: Option<String>,
    pub controls: Option<String>,
    pub funds_before: Option<String>,
    pub holds_secret: Option<i64>,
    pub failure: Option<String>,
    pub attention: Option<String>,
    pub occurred_at_ms: Option<i64>,
    pub sends: i64,
    pub lookups: i64,
    pub sent_at_ms: Option<i64>,
    pub due_at_ms: Option<i64>,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
