use std::collections::BTreeMap;

use cardmux_domain::dispute::Dispute;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::open;

use crate::app::disputes::DisputeRequest;
use crate::app::{AppError, FieldProblem};

/// A transaction you contest, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Dispute)]
pub struct DisputeDto {
    #[schema(example = "dsp_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::DisputeStatus)]
    pub status: String,
    pub card_id: String,
    pub transaction_id: String,
    /// The provider instance.
    pub instance: String,
    /// The provider's id of it.
    pub provider_ref: Option<String>,
    /// The provider's own word for the status.
    pub provider_status: Option<String>,
    pub evidence: String,
    pub file_urls: Vec<String>,
    /// What the provider says to it.
    pub response: Option<String>,
    pub external_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// The operation under way, if one is.
    pub pending_operation: Option<String>,
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<Dispute> for DisputeDto {
    fn from(dispute: Dispute) -> Self {
        let Dispute {
            id,
            tenant: _,
            instance,
            card_id,
            transaction_id,
            status,
            status_as_of: _,
            provider_ref,
            provider_status,
            evidence,
            file_urls,
            response,
            external_id,
            metadata,
            pending_operation,
            refresh_at: _,
            version,
            created_at,
            updated_at,
        } = dispute;
        Self {
            id: id.to_string(),
            status: status.to_string(),
            card_id: card_id.to_string(),
            transaction_id: transaction_id.to_string(),
            instance: instance.to_string(),
            provider_ref,
            provider_status,
            evidence,
            file_urls,
            response,
            external_id,
            metadata,
            pending_operation: pending_operation.map(|id| id.to_string()),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}

/// A transaction to contest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OpenDispute, example = json!({"transactionId": "txn_01k9zr3m5wf0ks1b2c3d4e5f6g", "evidence": "The goods never arrived; the merchant does not answer."}))]
pub struct OpenDisputeBody {
    /// A settled transaction, from `GET /v1/transactions`.
    #[schema(example = "txn_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub transaction_id: String,
    /// What happened. Goes to the provider and is kept: no card numbers, codes or documents here.
    #[schema(
        example = "The goods never arrived; the merchant does not answer.",
        min_length = 10,
        max_length = 65535
    )]
    pub evidence: String,
    /// https addresses of files that support it, from which the provider fetches them.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub file_urls: Vec<String>,
    /// Your own id of it.
    #[schema(max_length = 200)]
    pub external_id: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

impl OpenDisputeBody {
    pub fn parse(self) -> Result<DisputeRequest, AppError> {
        let Self {
            transaction_id,
            evidence,
            file_urls,
            external_id,
            metadata,
        } = self;
        let transaction_id = transaction_id.parse().map_err(|_| {
            let detail = "is no transaction id; GET /v1/transactions lists them";
            AppError::Invalid(vec![FieldProblem::body(
                "/transactionId",
                "bad_format",
                detail,
            )])
        })?;
        Ok(DisputeRequest {
            transaction_id,
            evidence,
            file_urls,
            external_id,
            metadata,
        })
    }
}
