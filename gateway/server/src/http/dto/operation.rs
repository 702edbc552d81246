use cardmux_domain::operation::{Attention, Failure, Operation};
use serde::Serialize;
use utoipa::ToSchema;

use super::{MoneyDto, open};

/// One intended change at a provider and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Operation)]
pub struct OperationDto {
    #[schema(example = "op_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::OperationKind)]
    pub kind: String,
    #[schema(value_type = open::OperationStatus)]
    pub status: String,
    /// What it is on: one of these four.
    pub card_id: Option<String>,
    pub enrolment_id: Option<String>,
    pub budget_id: Option<String>,
    pub dispute_id: Option<String>,
    /// The provider instance.
    pub instance: String,
    pub amount: Option<MoneyDto>,
    /// What the provider charged on top of the amount.
    pub fee: Option<MoneyDto>,
    /// What arrived at the other end, as the provider reports it.
    pub received: Option<MoneyDto>,
    /// The id we chose and sent.
    pub reference: String,
    /// The provider's id of the operation.
    pub provider_ref: Option<String>,
    /// The provider's own word for the status.
    pub provider_status: Option<String>,
    pub note: Option<String>,
    pub failure: Option<FailureDto>,
    /// Present while a person has to look: the gateway cannot decide by itself.
    pub needs_attention: Option<AttentionDto>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Failure)]
pub struct FailureDto {
    #[schema(value_type = open::ProblemCode)]
    pub code: String,
    pub message: String,
    /// What is known not to have happened.
    #[schema(value_type = open::Outcome)]
    pub outcome: String,
    pub provider_code: Option<String>,
    pub provider_message: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attention)]
pub struct AttentionDto {
    pub reason: String,
    pub evidence: Vec<String>,
}

impl From<Operation> for OperationDto {
    fn from(operation: Operation) -> Self {
        let Operation {
            id,
            tenant: _,
            kind,
            status,
            subject,
            instance,
            reference,
            provider_ref,
            provider_status,
            subject_ref: _,
            amount,
            fee,
            received,
            note,
            controls: _,
            before: _,
            holds_secret: _,
            failure,
            attention,
            occurred_at: _,
            sends: _,
            lookups: _,
            sent_at: _,
            due_at: _,
            version: _,
            created_at,
            updated_at,
        } = operation;
        Self {
            id: id.to_string(),
            kind: kind.to_string(),
            status: status.to_string(),
            card_id: subject.card().map(|id| id.to_string()),
            enrolment_id: subject.enrolment().map(|id| id.to_string()),
            budget_id: subject.budget().map(|id| id.to_string()),
            dispute_id: subject.dispute().map(|id| id.to_string()),
            instance: instance.to_string(),
            amount: amount.map(Into::into),
            fee: fee.map(Into::into),
            received: received.map(Into::into),
            reference: reference.to_string(),
            provider_ref,
            provider_status,
            note,
            failure: failure.map(Into::into),
            needs_attention: attention
                .map(|Attention { reason, evidence }| AttentionDto { reason, evidence }),
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}

impl From<Failure> for FailureDto {
    fn from(failure: Failure) -> Self {
        let Failure {
            code,
            message,
            outcome,
            provider_code,
            provider_message,
        } = failure;
        Self {
            code,
            message,
            outcome: outcome.to_string(),
            provider_code,
            provider_message,
        }
    }
}
