use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant: String,
    pub kind: String,
    pub subject: Option<String>,
    pub card_id: Option<Uuid>,
    pub operation_id: Option<Uuid>,
    pub sequence: i64,
    pub data: String,
    /// Given by the writer.
    pub position: Option<i64>,
    pub created_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
