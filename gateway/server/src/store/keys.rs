//! Idempotency keys.

use cardmux_domain::id::{OperationId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait};

use super::convert::{Corrupt, parse};
use super::entity::idempotency_key::{Column, Entity, Model};
use super::{IdempotencyRecord, KeyClaim, Store, StoreError, StoredAnswer, only};

/// The claim of a key, also an expired one that nobody has replaced or removed yet.
pub async fn get(
    store: &Store,
    tenant: &TenantId,
    key: &str,
) -> Result<Option<IdempotencyRecord>, StoreError> {
    let id = (tenant.as_str().to_owned(), key.to_owned());
    only(Entity::find_by_id(id), store).await
}

/// Remove up to `limit` expired claims of all tenants, for the worker; says how many there were.
pub async fn delete_expired(store: &Store, now: Timestamp, limit: u64) -> Result<u64, StoreError> {
    let key = [Column::Tenant, Column::Key];
    let expired = Query::select()
        .columns(key)
        .from(Entity)
        .and_where(Column::ExpiresAtMs.lte(now.as_millis()))
        .limit(limit)
        .to_owned();
    // Asked again outside: a claim may replace the expired one between the two.
    let delete = Query::delete()
        .from_table(Entity)
        .and_where(Expr::tuple(key.map(Expr::col)).in_subquery(expired))
        .and_where(Column::ExpiresAtMs.lte(now.as_millis()))
        .to_owned();
    Ok(store.claims().execute(&delete).await?.rows_affected())
}

impl TryFrom<Model> for IdempotencyRecord {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            tenant,
            key,
            fingerprint,
            method,
            path,
            operation_id,
            card_id: _,
            answer_status,
            answer_body,
            created_at_ms,
            expires_at_ms,
        } = row;
        let answer = match (answer_status, answer_body) {
            (Some(status), Some(body)) => Some(StoredAnswer {
                status: u16::try_from(status).map_err(|_| Corrupt("idempotency_keys.answer"))?,
                body,
            }),
            _ => None,
        };
        let claim = KeyClaim {
            tenant: parse("idempotency_keys.tenant", &tenant)?,
            key,
            fingerprint,
            method,
            path,
            operation_id: OperationId::from_uuid(operation_id),
            answer: answer.clone(),
            created_at: Timestamp::from_millis(created_at_ms),
            expires_at: Timestamp::from_millis(expires_at_ms),
        };
        Ok(Self { claim, answer })
    }
}

impl From<KeyClaim> for Model {
    fn from(claim: KeyClaim) -> Self {
        let KeyClaim {
            tenant,
            key,
            fingerprint,
            method,
            path,
            operation_id,
            answer,
            created_at,
            expires_at,
        } = claim;
        let (answer_status, answer_body) = answer
            .map(|StoredAnswer { status, body }| (i64::from(status), body))
            .unzip();
        Self {
            tenant: tenant.to_string(),
            key,
            fingerprint,
            method,
            path,
            operation_id: operation_id.uuid(),
            // Of the first version, which knew operations on cards only; not read any more.
            card_id: operation_id.uuid(),
            answer_status,
            answer_body,
            created_at_ms: created_at.as_millis(),
            expires_at_ms: expires_at.as_millis(),
        }
    }
}
