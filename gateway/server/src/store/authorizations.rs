mod history;
mod row;

use cardmux_domain::authorization::{Authorization, AuthorizationStatus, DecidedBy, Verdict};
use cardmux_domain::id::{AuthorizationId, BudgetId, CardId, CustomerId, InstanceId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

pub use self::history::{asked_between, first_merchant, spent};
use super::entity::authorization::{Column, Entity};
use super::{Store, StoreError, newest, only, to_domain};

/// Which authorizations of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct AuthorizationFilter {
    pub card_id: Option<CardId>,
    pub customer_id: Option<CustomerId>,
    pub budget_id: Option<BudgetId>,
    pub status: Option<AuthorizationStatus>,
    pub verdict: Option<Verdict>,
    pub decided_by: Option<DecidedBy>,
    /// When it was received, both ends included.
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Only those that drafts would have answered otherwise.
    pub shadow_differs: bool,
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: AuthorizationId,
) -> Result<Option<Authorization>, StoreError> {
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// Of any tenant: a provider names its own id, not the tenant.
pub async fn find_by_provider_ref(
    store: &Store,
    instance: &InstanceId,
    provider_ref: &str,
) -> Result<Option<Authorization>, StoreError> {
    only(
        Entity::find()
            .filter(Column::Instance.eq(instance.as_str()))
            .filter(Column::ProviderRef.eq(provider_ref)),
        store,
    )
    .await
}

/// Where a card, customer or budget narrows it down, the tenant is compared in a form that no index
/// has: SQLite takes the index of the tenant as readily as that of the card, and reads all that the
/// tenant's cards ever did.
fn of_tenant(tenant: &TenantId, narrowed: bool) -> Expr {
    match narrowed {
        true => Expr::col(Column::Tenant).if_null("").eq(tenant.as_str()),
        false => Column::Tenant.eq(tenant.as_str()),
    }
}

/// Newest first; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &AuthorizationFilter,
    after: Option<AuthorizationId>,
    limit: u64,
) -> Result<Vec<Authorization>, StoreError> {
    let AuthorizationFilter {
        card_id,
        customer_id,
        budget_id,
        status,
        verdict,
        decided_by,
        from,
        to,
        shadow_differs,
    } = filter;
    let narrowed = card_id.is_some() || customer_id.is_some() || budget_id.is_some();
    let conditions = [
        Some(of_tenant(tenant, narrowed)),
        card_id.map(|id| Column::CardId.eq(id.uuid())),
        customer_id.map(|id| Column::CustomerId.eq(id.uuid())),
        budget_id.map(|id| Column::BudgetId.eq(id.uuid())),
        status.map(|s| Column::Status.eq(s.to_string())),
        verdict.map(|v| Column::Verdict.eq(v.to_string())),
        decided_by.map(|d| Column::DecidedBy.eq(d.to_string())),
        from.map(|t| Column::ReceivedAtMs.gte(t.as_millis())),
        to.map(|t| Column::ReceivedAtMs.lte(t.as_millis())),
        // Stored only where it differs.
        shadow_differs.then(|| Column::Shadow.is_not_null()),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// Authorizations of all tenants whose time has come while something is held; see [`super::claim`].
/// `expires_at` stays what it was.
pub async fn claim_expiring(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Authorization>, StoreError> {
    let due = (Column::Id, Column::DueAtMs);
    to_domain(super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?)
}
