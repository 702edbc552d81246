use cardmux_domain::budget::{Budget, BudgetStatus};
use cardmux_domain::card::Balance;
use cardmux_domain::id::{BudgetId, InstanceId, OperationId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::convert::{Corrupt, from_json, millis, money, money_columns, parse, timestamp, to_json};
use super::entity::budget::{Column, Entity, Model};
use super::{Store, StoreError, newest, only, to_domain};

/// Which budgets of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct BudgetFilter {
    pub instance: Option<InstanceId>,
    pub status: Option<BudgetStatus>,
    pub external_id: Option<String>,
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: BudgetId,
) -> Result<Option<Budget>, StoreError> {
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// Newest first; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &BudgetFilter,
    after: Option<BudgetId>,
    limit: u64,
) -> Result<Vec<Budget>, StoreError> {
    let BudgetFilter {
        instance,
        status,
        external_id,
    } = filter;
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        instance.as_ref().map(|i| Column::Instance.eq(i.as_str())),
        status.map(|s| Column::Status.eq(s.to_string())),
        external_id.as_ref().map(|e| Column::ExternalId.eq(e)),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// Budgets of all tenants that are to be read at their provider; see [`super::claim`].
pub async fn claim_refresh(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Budget>, StoreError> {
    let due = (Column::Id, Column::RefreshAtMs);
    to_domain(super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?)
}

impl TryFrom<Model> for Budget {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            instance,
            name,
            status,
            provider_ref,
            currency,
            balance_micros,
            balance_currency,
            balance_as_of_ms,
            external_id,
            metadata,
            pending_operation,
            refresh_at_ms,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        let money = money("budgets.balance", balance_micros, balance_currency)?;
        Ok(Self {
            id: BudgetId::from_uuid(id),
            tenant: parse("budgets.tenant", &tenant)?,
            instance: parse("budgets.instance", &instance)?,
            name,
            status: parse("budgets.status", &status)?,
            provider_ref,
            currency: parse("budgets.currency", &currency)?,
            balance: money
                .zip(timestamp(balance_as_of_ms))
                .map(|(money, as_of)| Balance { money, as_of }),
            external_id,
            metadata: from_json("budgets.metadata", &metadata)?,
            pending_operation: pending_operation.map(OperationId::from_uuid),
            refresh_at: timestamp(refresh_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl TryFrom<Budget> for Model {
    type Error = StoreError;

    fn try_from(budget: Budget) -> Result<Self, StoreError> {
        let Budget {
            id,
            tenant,
            instance,
            name,
            status,
            provider_ref,
            currency,
            balance,
            external_id,
            metadata,
            pending_operation,
            refresh_at,
            version,
            created_at,
            updated_at,
        } = budget;
        let (balance_micros, balance_currency) = money_columns(balance.map(|b| b.money))?;
        Ok(Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            instance: instance.to_string(),
            name,
            status: status.to_string(),
            provider_ref,
            currency: currency.to_string(),
            balance_micros,
            balance_currency,
            balance_as_of_ms: millis(balance.map(|b| b.as_of)),
            external_id,
            metadata: to_json(&metadata),
            pending_operation: pending_operation.map(|id| id.uuid()),
            refresh_at_ms: millis(refresh_at),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        })
    }
}
