use cardmux_domain::enrolment::{Enrolment, EnrolmentStatus};
use cardmux_domain::id::{CardTypeId, CustomerId, EnrolmentId, InstanceId, OperationId, TenantId};
use cardmux_domain::provider::owner_of;
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::convert::{Corrupt, millis, parse, timestamp};
use super::entity::enrolment::{Column, Entity, Model};
use super::{Store, StoreError, newest, only, to_domain};

/// Which enrolments of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct EnrolmentFilter {
    pub customer_id: Option<CustomerId>,
    pub status: Option<EnrolmentStatus>,
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: EnrolmentId,
) -> Result<Option<Enrolment>, StoreError> {
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// All of this customer: one for each card type at most.
pub async fn of(
    store: &Store,
    tenant: &TenantId,
    customer: CustomerId,
) -> Result<Vec<Enrolment>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::CustomerId.eq(customer.uuid()))
        .all(&store.read)
        .await?;
    to_domain(rows)
}

/// The one of this customer for this card type.
pub async fn of_customer(
    store: &Store,
    tenant: &TenantId,
    customer: CustomerId,
    card_type: CardTypeId,
) -> Result<Option<Enrolment>, StoreError> {
    only(
        Entity::find()
            .filter(Column::Tenant.eq(tenant.as_str()))
            .filter(Column::CustomerId.eq(customer.uuid()))
            .filter(Column::TypeId.eq(card_type.uuid())),
        store,
    )
    .await
}

/// All at this instance, of any tenant, whose provider's id says that their cards have this owner (see
/// [`cardmux_domain::provider::owner_of`]); oldest first.
pub async fn of_owner(
    store: &Store,
    instance: &InstanceId,
    owner: &str,
) -> Result<Vec<Enrolment>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Instance.eq(instance.as_str()))
        .filter(Column::ProviderRef.starts_with(owner))
        .order_by_asc(Column::Id)
        .all(&store.read)
        .await?;
    let mut found: Vec<Enrolment> = to_domain(rows)?;
    // What only begins alike.
    found.retain(|enrolment| enrolment.provider_ref.as_deref().map(owner_of) == Some(owner));
    Ok(found)
}

/// Newest first; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &EnrolmentFilter,
    after: Option<EnrolmentId>,
    limit: u64,
) -> Result<Vec<Enrolment>, StoreError> {
    let EnrolmentFilter {
        customer_id,
        status,
    } = filter;
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        customer_id.map(|id| Column::CustomerId.eq(id.uuid())),
        status.map(|s| Column::Status.eq(s.to_string())),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// Of any tenant: a provider's webhook names the enrolment, not the tenant.
pub async fn find_by_provider_ref(
    store: &Store,
    instance: &InstanceId,
    provider_ref: &str,
) -> Result<Option<Enrolment>, StoreError> {
    only(
        Entity::find()
            .filter(Column::Instance.eq(instance.as_str()))
            .filter(Column::ProviderRef.eq(provider_ref)),
        store,
    )
    .await
}

/// Enrolments of all tenants that are to be read at their provider; see [`super::claim`].
pub async fn claim_refresh(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Enrolment>, StoreError> {
    let due = (Column::Id, Column::RefreshAtMs);
    to_domain(super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?)
}

impl TryFrom<Model> for Enrolment {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            customer_id,
            instance,
            type_id,
            status,
            status_as_of_ms,
            provider_ref,
            provider_status,
            review_stage,
            reason,
            action_url,
            pending_operation,
            refresh_at_ms,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        Ok(Self {
            id: EnrolmentId::from_uuid(id),
            tenant: parse("enrolments.tenant", &tenant)?,
            customer_id: CustomerId::from_uuid(customer_id),
            instance: parse("enrolments.instance", &instance)?,
            type_id: CardTypeId::from_uuid(type_id),
            status: parse("enrolments.status", &status)?,
            status_as_of: Timestamp::from_millis(status_as_of_ms),
            provider_ref,
            provider_status,
            review_stage,
            reason,
            action_url,
            pending_operation: pending_operation.map(OperationId::from_uuid),
            refresh_at: timestamp(refresh_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl From<Enrolment> for Model {
    fn from(enrolment: Enrolment) -> Self {
        let Enrolment {
            id,
            tenant,
            customer_id,
            instance,
            type_id,
            status,
            status_as_of,
            provider_ref,
            provider_status,
            review_stage,
            reason,
            action_url,
            pending_operation,
            refresh_at,
            version,
            created_at,
            updated_at,
        } = enrolment;
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            customer_id: customer_id.uuid(),
            instance: instance.to_string(),
            type_id: type_id.uuid(),
            status: status.to_string(),
            status_as_of_ms: status_as_of.as_millis(),
            provider_ref,
            provider_status,
            review_stage,
            reason,
            action_url,
            pending_operation: pending_operation.map(|id| id.uuid()),
            refresh_at_ms: millis(refresh_at),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        }
    }
}
