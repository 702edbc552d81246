//! Work the gateway gave itself, for all tenants.

use cardmux_domain::id::JobId;
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::entity::job::{Column, Entity, Model};
use super::{Job, Store, StoreError};

/// Jobs of a kind that are to be done; see [`super::claim`].
pub async fn claim_due(
    store: &Store,
    kind: &str,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Job>, StoreError> {
    let due = (Column::Id, Column::DueAtMs);
    let of_kind = Some(Column::Kind.eq(kind));
    let rows = super::claim::claim_where::<Entity>(store, due, of_kind, now, lease_until, limit);
    Ok(rows.await?.into_iter().map(Job::from).collect())
}

/// The keys of all jobs of a kind.
pub async fn keys(store: &Store, kind: &str) -> Result<Vec<String>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Kind.eq(kind))
        .all(&store.read)
        .await?;
    Ok(rows.into_iter().map(|row| row.key).collect())
}

impl From<Model> for Job {
    fn from(row: Model) -> Self {
        let Model {
            id,
            kind,
            key,
            payload,
            due_at_ms,
            attempts,
            last_error,
        } = row;
        Self {
            id: JobId::from_uuid(id),
            kind,
            key,
            payload,
            due_at: Timestamp::from_millis(due_at_ms),
            attempts,
            last_error,
        }
    }
}

impl From<Job> for Model {
    fn from(job: Job) -> Self {
        let Job {
            id,
            kind,
            key,
            payload,
            due_at,
            attempts,
            last_error,
        } = job;
        Self {
            id: id.uuid(),
            kind,
            key,
            payload,
            due_at_ms: due_at.as_millis(),
            attempts,
            last_error,
        }
    }
}
