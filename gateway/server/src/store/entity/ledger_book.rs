use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_books")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    /// One of the two: whose money it is.
    pub budget_id: Option<Uuid>,
    pub card_id: Option<Uuid>,
    pub currency: String,
    pub available_micros: i64,
    pub held_micros: i64,
    pub spent_micros: i64,
    pub fees_micros: i64,
    pub funded_micros: i64,
    pub version: i64,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
