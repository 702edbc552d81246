//! Files about customers: what the gateway knows of them; the files are at the providers.

use cardmux_domain::id::{CustomerId, DocumentId, InstanceId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::convert::{Corrupt, parse};
use super::entity::document::{Column, Entity, Model};
use super::{Store, StoreError, to_domain};

/// A file a provider keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub tenant: TenantId,
    pub customer_id: CustomerId,
    pub instance: InstanceId,
    pub provider_ref: String,
    pub media_type: String,
    pub bytes: i64,
    pub created_at: Timestamp,
}

/// Those of these documents that are this customer's.
pub async fn of_customer(
    store: &Store,
    tenant: &TenantId,
    customer: CustomerId,
    ids: &[DocumentId],
) -> Result<Vec<Document>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::CustomerId.eq(customer.uuid()))
        .filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .all(&store.read)
        .await?;
    to_domain(rows)
}

impl TryFrom<Model> for Document {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            customer_id,
            instance,
            provider_ref,
            media_type,
            bytes,
            created_at_ms,
        } = row;
        Ok(Self {
            id: DocumentId::from_uuid(id),
            tenant: parse("documents.tenant", &tenant)?,
            customer_id: CustomerId::from_uuid(customer_id),
            instance: parse("documents.instance", &instance)?,
            provider_ref,
            media_type,
            bytes,
            created_at: Timestamp::from_millis(created_at_ms),
        })
    }
}

impl From<Document> for Model {
    fn from(document: Document) -> Self {
        let Document {
            id,
            tenant,
            customer_id,
            instance,
            provider_ref,
            media_type,
            bytes,
            created_at,
        } = document;
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            customer_id: customer_id.uuid(),
            instance: instance.to_string(),
            provider_ref,
            media_type,
            bytes,
            created_at_ms: created_at.as_millis(),
        }
    }
}
