use std::collections::BTreeMap;

use cardmux_domain::budget::Budget;
use serde::Serialize;
use utoipa::ToSchema;

use super::BalanceDto;

/// A pool of money that several cards share.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Budget)]
pub struct BudgetDto {
    #[schema(example = "bud_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    /// `pending`, `active`, `failed`.
    pub status: String,
    pub name: String,
    /// The provider instance.
    pub instance: String,
    /// The provider's id of it.
    pub provider_ref: Option<String>,
    pub currency: String,
    /// What its cards can still draw on, as last read; null until it was.
    pub balance: Option<BalanceDto>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// The operation under way, if one is.
    pub pending_operation: Option<String>,
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<Budget> for BudgetDto {
    fn from(budget: Budget) -> Self {
        let Budget {
            id,
            tenant: _,
            instance,
            name,
            status,
            provider_ref,
            currency,
            balance,
            external_id,
            metadata,
            pending_operation,
            refresh_at: _,
            version,
            created_at,
            updated_at,
        } = budget;
        Self {
            id: id.to_string(),
            status: status.to_string(),
            name,
            instance: instance.to_string(),
            provider_ref,
            currency: currency.to_string(),
            balance: balance.map(Into::into),
            external_id,
            metadata,
            pending_operation: pending_operation.map(|id| id.to_string()),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}
