use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub key: String,
    pub payload: String,
    pub due_at_ms: i64,
    pub attempts: i64,
    pub last_error: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
