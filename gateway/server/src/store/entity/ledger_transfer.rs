use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_transfers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub book_id: Uuid,
    pub tenant: String,
    pub kind: String,
    pub source: String,
    pub amount_micros: i64,
    pub from_account: String,
    pub to_account: String,
    pub from_after_micros: i64,
    pub to_after_micros: i64,
    pub authorization_id: Option<Uuid>,
    pub operation_id: Option<Uuid>,
    pub note: Option<String>,
    pub book_version: i64,
    pub position: i64,
    pub booked_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
