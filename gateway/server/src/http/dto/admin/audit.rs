use serde::Serialize;
use utoipa::ToSchema;

use crate::store::audit::AuditRecord;

/// Who saw, erased, decided or changed what, and when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditRecord)]
pub struct AuditRecordDto {
    #[schema(example = "aud_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    /// Open: `card.revealed`, `card.challenges_read`, `customer.erased`, `operation.decided_happened`,
    /// `operation.decided_not_done`, `api_key.created`, `api_key.rotated`, `api_key.revoked`.
    #[schema(example = "card.revealed")]
    pub action: String,
    /// The id of what was acted on.
    pub subject: String,
    /// The id of the API key that was used; `command line` or `playground` where none was.
    #[schema(example = "key_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub actor: String,
    pub request_id: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<AuditRecord> for AuditRecordDto {
    fn from(record: AuditRecord) -> Self {
        let AuditRecord {
            id,
            tenant: _,
            action,
            subject,
            actor,
            request_id,
            created_at,
        } = record;
        Self {
            id: id.to_string(),
            action,
            subject,
            actor,
            request_id,
            created_at: created_at.to_string(),
        }
    }
}
