use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_records")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub action: String,
    pub subject: String,
    pub actor: String,
    pub request_id: String,
    pub created_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
