//! The audit trail: who saw a secret, decided, or changed a key, and when. Lines are only ever added.

use cardmux_domain::id::{AuditId, TenantId};
use cardmux_domain::time::Timestamp;
use sea_orm::ColumnTrait;

use super::convert::{Corrupt, parse};
use super::entity::audit_record::{Column, Entity, Model};
use super::{Store, StoreError, newest};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    pub id: AuditId,
    pub tenant: TenantId,
    /// `card.revealed`, `card.challenges_read`, `customer.erased`, `operation.decided_happened`,
    /// `operation.decided_not_done`, `api_key.created`, `api_key.rotated`, `api_key.revoked`,
    /// `spend_control.created`, `spend_control.updated`, `spend_control.deleted`.
    pub action: String,
    /// The id of what was acted on.
    pub subject: String,
    /// The id of the API key, or `command line` or `playground`.
    pub actor: String,
    pub request_id: String,
    pub created_at: Timestamp,
}

/// Newest first; the page after `after`.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    subject: Option<&str>,
    after: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRecord>, StoreError> {
    let conditions = [
        Some(Column::Tenant.eq(tenant.as_str())),
        subject.map(|subject| Column::Subject.eq(subject)),
        after.map(|id| Column::Id.lt(id.uuid())),
    ];
    newest::<Entity, _>(store, Column::Id, conditions, limit).await
}

impl TryFrom<Model> for AuditRecord {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            tenant,
            action,
            subject,
            actor,
            request_id,
            created_at_ms,
        } = row;
        Ok(Self {
            id: AuditId::from_uuid(id),
            tenant: parse("audit_records.tenant", &tenant)?,
            action,
            subject,
            actor,
            request_id,
            created_at: Timestamp::from_millis(created_at_ms),
        })
    }
}

impl From<AuditRecord> for Model {
    fn from(record: AuditRecord) -> Self {
        let AuditRecord {
            id,
            tenant,
            action,
            subject,
            actor,
            request_id,
            created_at,
        } = record;
        Self {
            id: id.uuid(),
            tenant: tenant.to_string(),
            action,
            subject,
            actor,
            request_id,
            created_at_ms: created_at.as_millis(),
        }
    }
}
