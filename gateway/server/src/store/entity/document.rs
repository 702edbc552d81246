use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub customer_id: Uuid,
    pub instance: String,
    pub provider_ref: String,
    pub media_type: String,
    pub bytes: i64,
    pub created_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
