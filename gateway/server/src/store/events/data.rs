//! The JSON of `events.data`. Fields are only ever added: rows of every version stay readable.

use cardmux_domain::batch::BatchCounts;
use cardmux_domain::event::{
    AuthorizationFacts, BatchFacts, BudgetFacts, CardFacts, ChallengeFacts, DisputeFacts,
    EnrolmentFacts, EventData, OperationFacts, TransactionFacts,
};
use serde::{Deserialize, Serialize};

use crate::store::convert::{Corrupt, from_json, millis, parse, timestamp, to_json};

const COLUMN: &str = "events.data";

#[derive(Serialize, Deserialize)]
struct DataJson {
    #[serde(default)]
    card_status: Option<String>,
    #[serde(default)]
    provider_status: Option<String>,
    #[serde(default)]
    operation: Option<OperationJson>,
    #[serde(default)]
    enrolment: Option<EnrolmentJson>,
    #[serde(default)]
    budget: Option<BudgetJson>,
    #[serde(default)]
    transaction: Option<TransactionJson>,
    #[serde(default)]
    challenge: Option<ChallengeJson>,
    #[serde(default)]
    dispute: Option<DisputeJson>,
    #[serde(default)]
    batch: Option<BatchJson>,
    #[serde(default)]
    authorization: Option<AuthorizationJson>,
}

pub(super) fn write(data: EventData) -> String {
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
    let (card_status, provider_status) = match card {
        Some(CardFacts {
            status,
            provider_status,
        }) => (Some(status.to_string()), provider_status),
        None => (None, None),
    };
    to_json(&DataJson {
        card_status,
        provider_status,
        operation: operation.map(OperationJson::from),
        enrolment: enrolment.map(EnrolmentJson::from),
        budget: budget.map(BudgetJson::from),
        transaction: transaction.map(TransactionJson::from),
        challenge: challenge.map(ChallengeJson::from),
        dispute: dispute.map(DisputeJson::from),
        batch: batch.map(BatchJson::from),
        authorization: authorization.map(AuthorizationJson::from),
    })
}

pub(super) fn read(text: &str) -> Result<EventData, Corrupt> {
    let DataJson {
        card_status,
        provider_status,
        operation,
        enrolment,
        budget,
        transaction,
        challenge,
        dispute,
        batch,
        authorization,
    } = from_json(COLUMN, text)?;
    let card = match card_status {
        Some(status) => Some(CardFacts {
            status: parse(COLUMN, &status)?,
            provider_status,
        }),
        None => None,
    };
    Ok(EventData {
        card,
        operation: operation.map(OperationFacts::try_from).transpose()?,
        enrolment: enrolment.map(EnrolmentFacts::try_from).transpose()?,
        budget: budget.map(BudgetFacts::try_from).transpose()?,
        transaction: transaction.map(TransactionFacts::try_from).transpose()?,
        challenge: challenge.map(ChallengeFacts::try_from).transpose()?,
        dispute: dispute.map(DisputeFacts::try_from).transpose()?,
        batch: batch.map(BatchFacts::try_from).transpose()?,
        authorization: authorization
            .map(AuthorizationFacts::try_from)
            .transpose()?,
    })
}

#[derive(Serialize, Deserialize)]
struct AuthorizationJson {
    id: String,
    status: String,
    verdict: Option<String>,
    decided_by: String,
    reasons: Vec<String>,
    amount: String,
    currency: String,
    #[serde(default)]
    late_verdict: Option<String>,
}

impl From<AuthorizationFacts> for AuthorizationJson {
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
            amount,
            currency,
            late_verdict: late_verdict.map(|v| v.to_string()),
        }
    }
}

impl TryFrom<AuthorizationJson> for AuthorizationFacts {
    type Error = Corrupt;

    fn try_from(json: AuthorizationJson) -> Result<Self, Corrupt> {
        let AuthorizationJson {
            id,
            status,
            verdict,
            decided_by,
            reasons,
            amount,
            currency,
            late_verdict,
        } = json;
        let verdict_of = |text: Option<String>| text.map(|v| parse(COLUMN, &v)).transpose();
        let reasons = reasons.iter().map(|reason| parse(COLUMN, reason));
        Ok(Self {
            id,
            status: parse(COLUMN, &status)?,
            verdict: verdict_of(verdict)?,
            decided_by: parse(COLUMN, &decided_by)?,
            reasons: reasons.collect::<Result<_, _>>()?,
            amount,
            currency,
            late_verdict: verdict_of(late_verdict)?,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct DisputeJson {
    id: String,
    transaction_id: String,
    status: String,
}

impl From<DisputeFacts> for DisputeJson {
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

impl TryFrom<DisputeJson> for DisputeFacts {
    type Error = Corrupt;

    fn try_from(json: DisputeJson) -> Result<Self, Corrupt> {
        let DisputeJson {
            id,
            transaction_id,
            status,
        } = json;
        Ok(Self {
            id,
            transaction_id,
            status: parse(COLUMN, &status)?,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct OperationJson {
    id: String,
    kind: String,
    status: String,
    amount: Option<String>,
    currency: Option<String>,
    failure_code: Option<String>,
}

impl From<OperationFacts> for OperationJson {
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
            amount,
            currency,
            failure_code,
        }
    }
}

impl TryFrom<OperationJson> for OperationFacts {
    type Error = Corrupt;

    fn try_from(json: OperationJson) -> Result<Self, Corrupt> {
        let OperationJson {
            id,
            kind,
            status,
            amount,
            currency,
            failure_code,
        } = json;
        Ok(Self {
            id,
            kind: parse(COLUMN, &kind)?,
            status: parse(COLUMN, &status)?,
            amount,
            currency,
            failure_code,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct EnrolmentJson {
    id: String,
    customer_id: String,
    status: String,
    review_stage: Option<String>,
    reason: Option<String>,
}

impl From<EnrolmentFacts> for EnrolmentJson {
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

impl TryFrom<EnrolmentJson> for EnrolmentFacts {
    type Error = Corrupt;

    fn try_from(json: EnrolmentJson) -> Result<Self, Corrupt> {
        let EnrolmentJson {
            id,
            customer_id,
            status,
            review_stage,
            reason,
        } = json;
        Ok(Self {
            id,
            customer_id,
            status: parse(COLUMN, &status)?,
            review_stage,
            reason,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct BudgetJson {
    id: String,
    status: String,
}

impl From<BudgetFacts> for BudgetJson {
    fn from(facts: BudgetFacts) -> Self {
        let BudgetFacts { id, status } = facts;
        Self {
            id,
            status: status.to_string(),
        }
    }
}

impl TryFrom<BudgetJson> for BudgetFacts {
    type Error = Corrupt;

    fn try_from(json: BudgetJson) -> Result<Self, Corrupt> {
        let BudgetJson { id, status } = json;
        Ok(Self {
            id,
            status: parse(COLUMN, &status)?,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct TransactionJson {
    id: String,
    kind: String,
    status: String,
    amount: Option<String>,
    currency: Option<String>,
    charged_to: String,
}

impl From<TransactionFacts> for TransactionJson {
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
            kind: kind.to_string(),
            status: status.to_string(),
            amount,
            currency,
            charged_to: charged_to.to_string(),
        }
    }
}

impl TryFrom<TransactionJson> for TransactionFacts {
    type Error = Corrupt;

    fn try_from(json: TransactionJson) -> Result<Self, Corrupt> {
        let TransactionJson {
            id,
            kind,
            status,
            amount,
            currency,
            charged_to,
        } = json;
        Ok(Self {
            id,
            kind: parse(COLUMN, &kind)?,
            status: parse(COLUMN, &status)?,
            amount,
            currency,
            charged_to: parse(COLUMN, &charged_to)?,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct ChallengeJson {
    challenge_ref: String,
    kind: String,
    expires_at: Option<i64>,
}

impl From<ChallengeFacts> for ChallengeJson {
    fn from(facts: ChallengeFacts) -> Self {
        let ChallengeFacts {
            challenge_ref,
            kind,
            expires_at,
        } = facts;
        Self {
            challenge_ref,
            kind: kind.to_string(),
            expires_at: millis(expires_at),
        }
    }
}

impl TryFrom<ChallengeJson> for ChallengeFacts {
    type Error = Corrupt;

    fn try_from(json: ChallengeJson) -> Result<Self, Corrupt> {
        let ChallengeJson {
            challenge_ref,
            kind,
            expires_at,
        } = json;
        Ok(Self {
            challenge_ref,
            kind: parse(COLUMN, &kind)?,
            expires_at: timestamp(expires_at),
        })
    }
}

/// Of a batch that has ended: no item is open.
#[derive(Serialize, Deserialize)]
struct BatchJson {
    id: String,
    status: String,
    succeeded: i64,
    failed: i64,
    cancelled: i64,
}

impl From<BatchFacts> for BatchJson {
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

impl TryFrom<BatchJson> for BatchFacts {
    type Error = Corrupt;

    fn try_from(json: BatchJson) -> Result<Self, Corrupt> {
        let BatchJson {
            id,
            status,
            succeeded,
            failed,
            cancelled,
        } = json;
        Ok(Self {
            id,
            status: parse(COLUMN, &status)?,
            counts: BatchCounts {
                succeeded,
                failed,
                cancelled,
                ..BatchCounts::default()
            },
        })
    }
}
