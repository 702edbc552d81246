//! Webhooks about operations.

use cardmux_domain::operation::{Failure, OperationKind, Reference};
use cardmux_domain::provider::{OperationReport, Outcome, ProviderError, Reported};
use cardmux_domain::time::Timestamp;
use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};

use super::{OPERATION, Sum, malformed, operation_word};

#[derive(Serialize, Deserialize)]
struct OperationBody {
    id: String,
    category: String,
    reference: Option<String>,
    kind: Option<String>,
    status: String,
    operation: Option<String>,
    subject: Option<String>,
    amount: Option<Sum>,
    fee: Option<Sum>,
    received: Option<Sum>,
    reason: Option<String>,
    at_ms: Option<i64>,
}

pub(crate) fn operation_body(report: &OperationReport) -> Vec<u8> {
    let status = operation_word(&report.reported);
    super::json(&OperationBody {
        // One fact, one id: the operation and how far it is.
        id: format!(
            "{}:{status}",
            report.provider_ref.as_deref().unwrap_or_default()
        ),
        category: OPERATION.to_owned(),
        reference: report.reference.as_ref().map(ToString::to_string),
        kind: report.kind.map(|kind| kind.to_string()),
        status: status.to_owned(),
        operation: report.provider_ref.clone(),
        subject: report.subject_ref.clone(),
        amount: Sum::of(report.amount),
        fee: Sum::of(report.fee),
        received: Sum::of(report.received),
        reason: match &report.reported {
            Reported::Failed(failure) => failure.provider_code.clone(),
            Reported::Processing | Reported::Succeeded => None,
        },
        at_ms: report.occurred_at.map(Timestamp::as_millis),
    })
}

pub(crate) fn read_operation(body: &[u8]) -> Result<OperationReport, ProviderError> {
    let OperationBody {
        id: _,
        category: _,
        reference,
        kind,
        status,
        operation,
        subject,
        amount,
        fee,
        received,
        reason,
        at_ms,
    } = json::parse(body)?;
    Ok(OperationReport {
        reference: reference.map(Reference::from_text),
        kind: kind.and_then(|word| word.parse::<OperationKind>().ok()),
        reported: reported(&status, reason)?,
        provider_status: status,
        provider_ref: operation,
        subject_ref: subject,
        amount: Sum::read(amount)?,
        fee: Sum::read(fee)?,
        received: Sum::read(received)?,
        occurred_at: at_ms.map(Timestamp::from_millis),
        // Told by a webhook of its own.
        enrolment: None,
    })
}

fn reported(status: &str, reason: Option<String>) -> Result<Reported, ProviderError> {
    match status {
        "accepted" => Ok(Reported::Processing),
        "done" => Ok(Reported::Succeeded),
        "refused" => Ok(Reported::Failed(Failure {
            code: "provider_refused".to_owned(),
            message: "the provider refused the operation".to_owned(),
            outcome: Outcome::Rejected,
            provider_code: reason,
            provider_message: None,
        })),
        _ => Err(malformed("status")),
    }
}
