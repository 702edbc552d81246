use cardmux_domain::id::{ApiKeyId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::convert::{Corrupt, from_json, millis, parse, timestamp, to_json};
use super::entity::api_key::{Column, Entity, Model};
use super::{ApiKey, Store, StoreError, only, to_domain};

/// Of any tenant: the key is what tells the tenant. Revoked and expired ones are found too.
pub async fn find(store: &Store, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    only(Entity::find_by_id(id.uuid()), store).await
}

/// All of a tenant, oldest first. Made by hand by the operator, so they are few.
pub async fn list(store: &Store, tenant: &TenantId) -> Result<Vec<ApiKey>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .order_by_asc(Column::Id)
        .all(&store.read)
        .await?;
    to_domain(rows)
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
