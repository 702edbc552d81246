//! The facts in events. Never card data, codes or personal data: those are read where they are.

use cardmux_domain::batch::BatchCounts;
use cardmux_domain::event::{
    AuthorizationFacts, BatchFacts, BudgetFacts, CardFacts, ChallengeFacts, DisputeFacts,
    EnrolmentFacts, EventData, OperationFacts, TransactionFacts,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{MoneyDto, open};

/// The facts of an event; only the parts it is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventData)]
pub struct EventDataDto {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<CardFactsDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationFactsDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<EnrolmentFactsDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetFactsDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<TransactionFactsDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeFactsDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute: Option<DisputeFactsDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchFactsDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<AuthorizationFactsDto>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuthorizationFacts)]
pub struct AuthorizationFactsDto {
    #[schema(example = "azn_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::AuthorizationStatus)]
    pub status: String,
    /// What the provider was answered; absent where it did not ask.
    #[schema(value_type = Option<open::Verdict>)]
    pub verdict: Option<String>,
    #[schema(value_type = open::DecidedBy)]
    pub decided_by: String,
    /// Why it was declined, in the order in which it was found.
    #[schema(value_type = Vec<open::DeclineCode>)]
    pub reasons: Vec<String>,
    /// Of what this step is about: asked for, released, presented, returned.
    pub amount: MoneyDto,
    /// What the tenant's decision endpoint said after its time.
    #[schema(value_type = Option<open::Verdict>)]
    pub late_verdict: Option<String>,
}

impl From<AuthorizationFacts> for AuthorizationFactsDto {
    fn from(facts: AuthorizationFacts) -> Self {
        let AuthorizationFacts {
            id,
            status,
            verdict,
            decided_by,
            reasons,
            amount,
            currency,
            late_verdict,
        } = facts;
        Self {
            id,
            status: status.to_string(),
            verdict: verdict.map(|v| v.to_string()),
            decided_by: decided_by.to_string(),
            reasons: reasons.iter().map(ToString::to_string).collect(),
            amount: MoneyDto { amount, currency },
            late_verdict: late_verdict.map(|v| v.to_string()),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchFacts)]
pub struct BatchFactsDto {
    #[schema(example = "batch_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::BatchStatus)]
    pub status: String,
    /// Items by how they ended.
    pub succeeded: i64,
    pub failed: i64,
    pub cancelled: i64,
}

impl From<BatchFacts> for BatchFactsDto {
    fn from(facts: BatchFacts) -> Self {
        let BatchFacts { id, status, counts } = facts;
        let BatchCounts {
            queued: _,
            processing: _,
            succeeded,
            failed,
            cancelled,
        } = counts;
        Self {
            id,
            status: status.to_string(),
            succeeded,
            failed,
            cancelled,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CardFacts)]
pub struct CardFactsDto {
    #[schema(value_type = open::CardStatus)]
    pub status: String,
    pub provider_status: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OperationFacts)]
pub struct OperationFactsDto {
    #[schema(example = "op_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::OperationKind)]
    pub kind: String,
    #[schema(value_type = open::OperationStatus)]
    pub status: String,
    pub amount: Option<MoneyDto>,
    #[schema(value_type = Option<open::ProblemCode>)]
    pub failure_code: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EnrolmentFacts)]
pub struct EnrolmentFactsDto {
    #[schema(example = "enr_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    pub customer_id: String,
    #[schema(value_type = open::EnrolmentStatus)]
    pub status: String,
    pub review_stage: Option<String>,
    pub reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BudgetFacts)]
pub struct BudgetFactsDto {
    #[schema(example = "bud_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::BudgetStatus)]
    pub status: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TransactionFacts)]
pub struct TransactionFactsDto {
    #[schema(example = "txn_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    #[schema(value_type = open::TransactionType)]
    pub r#type: String,
    #[schema(value_type = open::TransactionStatus)]
    pub status: String,
    /// In the card's currency; the merchant's where the provider gives no other.
    pub amount: Option<MoneyDto>,
    #[schema(value_type = open::ChargedTo)]
    pub charged_to: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChallengeFacts)]
pub struct ChallengeFactsDto {
    /// The provider's id of it; what it says is among the card's challenges.
    pub provider_ref: String,
    #[schema(value_type = open::ChallengeKind)]
    pub kind: String,
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DisputeFacts)]
pub struct DisputeFactsDto {
    #[schema(example = "dsp_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    pub transaction_id: String,
    #[schema(value_type = open::DisputeStatus)]
    pub status: String,
}

fn money(amount: Option<String>, currency: Option<String>) -> Option<MoneyDto> {
    let (amount, currency) = amount.zip(currency)?;
    Some(MoneyDto { amount, currency })
}

impl From<EventData> for EventDataDto {
    fn from(data: EventData) -> Self {
        let EventData {
            card,
            operation,
            enrolment,
            budget,
            transaction,
            challenge,
            dispute,
            batch,
            authorization,
        } = data;
        Self {
            card: card.map(Into::into),
            operation: operation.map(Into::into),
            enrolment: enrolment.map(Into::into),
            budget: budget.map(Into::into),
            transaction: transaction.map(Into::into),
            challenge: challenge.map(Into::into),
            batch: batch.map(Into::into),
            authorization: authorization.map(AuthorizationFactsDto::from),
            dispute: dispute.map(Into::into),
        }
    }
}

impl From<DisputeFacts> for DisputeFactsDto {
    fn from(facts: DisputeFacts) -> Self {
        let DisputeFacts {
            id,
            transaction_id,
            status,
        } = facts;
        Self {
            id,
            transaction_id,
            status: status.to_string(),
        }
    }
}

impl From<CardFacts> for CardFactsDto {
    fn from(facts: CardFacts) -> Self {
        let CardFacts {
            status,
            provider_status,
        } = facts;
        Self {
            status: status.to_string(),
            provider_status,
        }
    }
}

impl From<OperationFacts> for OperationFactsDto {
    fn from(facts: OperationFacts) -> Self {
        let OperationFacts {
            id,
            kind,
            status,
            amount,
            currency,
            failure_code,
        } = facts;
        Self {
            id,
            kind: kind.to_string(),
            status: status.to_string(),
            amount: money(amount, currency),
            failure_code,
        }
    }
}

impl From<EnrolmentFacts> for EnrolmentFactsDto {
    fn from(facts: EnrolmentFacts) -> Self {
        let EnrolmentFacts {
            id,
            customer_id,
            status,
            review_stage,
            reason,
        } = facts;
        Self {
            id,
            customer_id,
            status: status.to_string(),
            review_stage,
            reason,
        }
    }
}

impl From<BudgetFacts> for BudgetFactsDto {
    fn from(facts: BudgetFacts) -> Self {
        let BudgetFacts { id, status } = facts;
        Self {
            id,
            status: status.to_string(),
        }
    }
}

impl From<TransactionFacts> for TransactionFactsDto {
    fn from(facts: TransactionFacts) -> Self {
        let TransactionFacts {
            id,
            kind,
            status,
            amount,
            currency,
            charged_to,
        } = facts;
        Self {
            id,
            r#type: kind.to_string(),
            status: status.to_string(),
            amount: money(amount, currency),
            charged_to: charged_to.to_string(),
        }
    }
}

impl From<ChallengeFacts> for ChallengeFactsDto {
    fn from(facts: ChallengeFacts) -> Self {
        let ChallengeFacts {
            challenge_ref,
            kind,
            expires_at,
        } = facts;
        Self {
            provider_ref: challenge_ref,
            kind: kind.to_string(),
            expires_at: expires_at.map(|at| at.to_string()),
        }
    }
}
