//! Work the gateway gave itself, for all tenants.

use cardmux_domain::id::JobId;
use cardmux_domain::time::Timestamp;

use super::entity::job::{Column, Entity, Model};
use super::{Job, Store, StoreError};

/// Jobs that are to be done; see [`super::claim`].
pub async fn claim_due(
    store: &Store,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u64,
) -> Result<Vec<Job>, StoreError> {
    let due = (Column::Id, Column::DueAtMs);
    let rows = super::claim::claim::<Entity>(store, due, now, lease_until, limit).await?;
    Ok(rows.into_iter().map(Job::from).collect())
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
