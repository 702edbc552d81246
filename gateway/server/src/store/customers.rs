//! Customers. What is personal arrives and leaves encrypted: the store cannot read it.

use std::collections::BTreeMap;

use cardmux_domain::customer::CustomerKind;
use cardmux_domain::id::{CustomerId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::convert::{Corrupt, from_json, millis, parse, timestamp, to_json};
use super::entity::customer::{Column, Entity, Model};
use super::{Store, StoreError, newest, only, to_domain};

/// A customer as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCustomer {
    pub id: CustomerId,
    pub tenant: TenantId,
    pub kind: CustomerKind,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// Absent once erased.
    pub profile: Option<SealedProfile>,
    pub erased_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Encrypted personal data, and the id of the key.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedProfile {
    pub bytes: Vec<u8>,
    pub key: String,
}

impl std::fmt::Debug for SealedProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedProfile")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

pub async fn get(
    store: &Store,
    tenant: &TenantId,
    id: CustomerId,
) -> Result<Option<StoredCustomer>, StoreError> {
    only(
        Entity::find_by_id(id.uuid()).filter(Column::Tenant.eq(tenant.as_str())),
        store,
    )
    .await
}

/// Newest first; the page after `after`. Erased ones are left out.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    external_id: Option<&str>,
    after: Option<CustomerId>,
    limit: u64,
) -> Result<Vec<StoredCustomer>, StoreError> {
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        Some(Column::ErasedAtMs.is_null()),
        external_id.map(|id| Column::ExternalId.eq(id)),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

/// Of all tenants, those whose personal data is encrypted with another key than this.
pub async fn not_encrypted_with(
    store: &Store,
    key: &str,
    limit: u64,
) -> Result<Vec<StoredCustomer>, StoreError> {
    let rows = Entity::find()
        .filter(Column::ProfileKey.ne(key))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&store.read)
        .await?;
    to_domain(rows)
}

impl TryFrom<Model> for StoredCustomer {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            kind,
            external_id,
            metadata,
            profile,
            profile_key,
            erased_at_ms,
            version,
            created_at_ms,
            updated_at_ms,
        } = row;
        Ok(Self {
            id: CustomerId::from_uuid(id),
            tenant: parse("customers.tenant", &tenant)?,
            kind: parse("customers.kind", &kind)?,
            external_id,
            metadata: from_json("customers.metadata", &metadata)?,
            profile: profile
                .zip(profile_key)
                .map(|(bytes, key)| SealedProfile { bytes, key }),
            erased_at: timestamp(erased_at_ms),
            version,
            created_at: Timestamp::from_millis(created_at_ms),
            updated_at: Timestamp::from_millis(updated_at_ms),
        })
    }
}

impl From<StoredCustomer> for Model {
    fn from(customer: StoredCustomer) -> Self {
        let StoredCustomer {
            id,
            tenant,
            kind,
            external_id,
            metadata,
            profile,
            erased_at,
            version,
            created_at,
            updated_at,
        } = customer;
        let (profile, profile_key) = profile
            .map(|SealedProfile { bytes, key }| (bytes, key))
            .unzip();
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            kind: kind.to_string(),
            external_id,
            metadata: to_json(&metadata),
            profile,
            profile_key,
            erased_at_ms: millis(erased_at),
            version,
            created_at_ms: created_at.as_millis(),
            updated_at_ms: updated_at.as_millis(),
        }
    }
}
