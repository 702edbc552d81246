use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card_types")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub instance: String,
    pub provider_ref: String,
    pub name: String,
    pub description: Option<String>,
    pub model: String,
    pub form: String,
    pub brand: Option<String>,
    pub country: Option<String>,
    pub currency: String,
    pub bin: Option<String>,
    pub online: bool,
    pub rules: String,
    pub listed: bool,
    pub synced_at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
