use cardmux_domain::id::{ApiKeyId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait};

use super::convert::{Corrupt, from_json, millis, parse, timestamp, to_json};
use super::entity::api_key::{Column, Entity, Model};
use super::{ApiKey, Store, StoreError, newest, only};

/// Of any tenant: the key is what tells the tenant. Revoked and expired ones are found too.
pub async fn find(store: &Store, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    only(Entity::find_by_id(id.uuid()), store).await
}

/// Newest first; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    after: Option<ApiKeyId>,
    limit: u64,
) -> Result<Vec<ApiKey>, StoreError> {
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

impl TryFrom<Model> for ApiKey {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            name,
            scopes,
            hash,
            created_at_ms,
            expires_at_ms,
            revoked_at_ms,
        } = row;
        Ok(Self {
            id: ApiKeyId::from_uuid(id),
            tenant: parse("api_keys.tenant", &tenant)?,
            name,
            scopes: from_json("api_keys.scopes", &scopes)?,
            hash,
            created_at: Timestamp::from_millis(created_at_ms),
            expires_at: timestamp(expires_at_ms),
            revoked_at: timestamp(revoked_at_ms),
        })
    }
}

impl From<ApiKey> for Model {
    fn from(key: ApiKey) -> Self {
        let ApiKey {
            id,
            tenant,
            name,
            scopes,
            hash,
            created_at,
            expires_at,
            revoked_at,
        } = key;
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            name,
            scopes: to_json(&scopes),
            hash,
            created_at_ms: created_at.as_millis(),
            expires_at_ms: millis(expires_at),
            revoked_at_ms: millis(revoked_at),
        }
    }
}
