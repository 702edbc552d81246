use cardmux_domain::dispute::{Dispute, DisputeStatus};
use cardmux_domain::id::{CardId, DisputeId, InstanceId, OperationId, TenantId, TransactionId};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::convert::{Corrupt, from_json, millis, parse, timestamp, to_json};
use super::entity::dispute::{Column, Entity, Model};
use super::{Store, StoreError, newest, only, to_domain};

/// Which disputes of a tenant; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct DisputeFilter {
    pub card_id: Option<CardId>,
    pub transaction_id: Option<TransactionId>,
    pub status: Option<DisputeStatus>,
    pub external_id: Option<String>,
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: DisputeId,
) -> Result<Option<Dispute>, StoreError> {
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// Of any tenant: a provider's webhook names its own id.
pub async fn find_by_provider_ref(
    store: &Store,
    instance: &InstanceId,
    provider_ref: &str,
) -> Result<Option<Dispute>, StoreError> {
    only(
        Entity::find()
            .filter(Column::Instance.eq(instance.as_str()))
            .filter(Column::ProviderRef.eq(provider_ref)),
        store,
    )
    .await
}

/// Newest first; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    filter: &DisputeFilter,
    after: Option<DisputeId>,
    limit: u64,
) -> Result<Vec<Dispute>, StoreError> {
    let DisputeFilter {
        card_id,
        transaction_id,
        status,
        external_id,
    } = filter;
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        card_id.map(|id| Column::CardId.eq(id.uuid())),
        transaction_id.map(|id| Column::TransactionId.eq(id.uuid())),
        status.map(|s| Column::Status.eq(s.to_string())),
        external_id.as_ref().map(|e| Column::ExternalId.eq(e)),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// Disputes of all tenants that are to be read at their provider; see [`super::claim`].
pub async fn claim_refresh(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Dispute>, StoreError> {
    let due = (Column::Id, Column::RefreshAtMs);
    to_domain(super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?)
}

impl TryFrom<Model> for Dispute {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            instance,
            card_id,
            transaction_id,
            // Follows from the status.
            open_on: _,
            status,
            status_as_of_ms,
            provider_ref,
            provider_status,
            evidence,
            file_urls,
            response,
            external_id,
            metadata,
            pending_operation,
            refresh_at_ms,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        Ok(Self {
            id: DisputeId::from_uuid(id),
            tenant: parse("disputes.tenant", &tenant)?,
            instance: parse("disputes.instance", &instance)?,
            card_id: CardId::from_uuid(card_id),
            transaction_id: TransactionId::from_uuid(transaction_id),
            status: parse("disputes.status", &status)?,
            status_as_of: Timestamp::from_millis(status_as_of_ms),
            provider_ref,
            provider_status,
            evidence,
            file_urls: from_json("disputes.file_urls", &file_urls)?,
            response,
            external_id,
            metadata: from_json("disputes.metadata", &metadata)?,
            pending_operation: pending_operation.map(OperationId::from_uuid),
            refresh_at: timestamp(refresh_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl From<Dispute> for Model {
    fn from(dispute: Dispute) -> Self {
        let Dispute {
            id,
            tenant,
            instance,
            card_id,
            transaction_id,
            status,
            status_as_of,
            provider_ref,
            provider_status,
            evidence,
            file_urls,
            response,
            external_id,
            metadata,
            pending_operation,
            refresh_at,
            version,
            created_at,
            updated_at,
        } = dispute;
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            instance: instance.to_string(),
            card_id: card_id.uuid(),
            transaction_id: transaction_id.uuid(),
            open_on: status.is_open().then(|| transaction_id.uuid()),
            status: status.to_string(),
            status_as_of_ms: status_as_of.as_millis(),
            provider_ref,
            provider_status,
            evidence,
            file_urls: to_json(&file_urls),
            response,
            external_id,
            metadata: to_json(&metadata),
            pending_operation: pending_operation.map(|id| id.uuid()),
            refresh_at_ms: millis(refresh_at),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        }
    }
}
