//! The words of the mock provider, and its webhook bodies.

use cardmux_domain::card::CardStatus;
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{Failure, OperationKind, Reference};
use cardmux_domain::provider::{ErrorKind, OperationReport, Outcome, ProviderError, Reported};
use cardmux_domain::time::Timestamp;
use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};

/// The category of webhooks about operations; the only one with a meaning so far.
pub(crate) const OPERATION: &str = "operation";

pub(crate) fn card_word(status: CardStatus) -> &'static str {
    match status {
        CardStatus::Pending => "requested",
        CardStatus::Active => "open",
        CardStatus::Inactive => "sealed",
        CardStatus::Frozen => "paused",
        CardStatus::Blocked => "stopped",
        CardStatus::Cancelled => "closed",
        CardStatus::Expired => "expired",
        CardStatus::Failed => "refused",
    }
}

pub(crate) fn operation_word(reported: &Reported) -> &'static str {
    match reported {
        Reported::Processing => "accepted",
        Reported::Succeeded => "done",
        Reported::Failed(_) => "refused",
    }
}

/// What every webhook has.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope {
    pub(crate) id: String,
    pub(crate) category: String,
}

/// A webhook about an operation.
#[derive(Serialize, Deserialize)]
struct OperationBody {
    id: String,
    category: String,
    reference: Option<String>,
    kind: Option<String>,
    status: String,
    operation: Option<String>,
    card: Option<String>,
    currency: Option<String>,
    amount: Option<String>,
    fee: Option<String>,
    received: Option<String>,
    reason: Option<String>,
    at_ms: Option<i64>,
}

pub(crate) fn operation_body(report: &OperationReport) -> Vec<u8> {
    let status = operation_word(&report.reported);
    let amount = |money: Option<Money>| money.map(|money| money.amount_text());
    let currency = [report.amount, report.fee, report.received]
        .into_iter()
        .flatten()
        .next();
    let body = OperationBody {
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
        card: report.card_ref.clone(),
        currency: currency.map(|money| money.currency.to_string()),
        amount: amount(report.amount),
        fee: amount(report.fee),
        received: amount(report.received),
        reason: match &report.reported {
            Reported::Failed(failure) => failure.provider_code.clone(),
            Reported::Processing | Reported::Succeeded => None,
        },
        at_ms: report.occurred_at.map(Timestamp::as_millis),
    };
    // Texts and integers only: there is nothing JSON could not hold.
    serde_json::to_vec(&body).unwrap_or_default()
}

pub(crate) fn read_operation(body: &[u8]) -> Result<OperationReport, ProviderError> {
    let OperationBody {
        id: _,
        category: _,
        reference,
        kind,
        status,
        operation,
        card,
        currency,
        amount,
        fee,
        received,
        reason,
        at_ms,
    } = json::parse(body)?;
    let money = |text: Option<String>| match (text, &currency) {
        (Some(text), Some(currency)) => {
            let amount = parse_amount(&text).map_err(|_| malformed("amount"))?;
            let currency = currency.parse().map_err(|_| malformed("currency"))?;
            Ok(Some(Money::new(amount, currency)))
        }
        (Some(_), None) => Err(malformed("currency")),
        (None, _) => Ok(None),
    };
    Ok(OperationReport {
        reference: reference.map(Reference::from_text),
        kind: kind.and_then(|word| word.parse::<OperationKind>().ok()),
        reported: reported(&status, reason)?,
        provider_status: status,
        provider_ref: operation,
        card_ref: card,
        amount: money(amount)?,
        fee: money(fee)?,
        received: money(received)?,
        occurred_at: at_ms.map(Timestamp::from_millis),
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

fn malformed(field: &str) -> ProviderError {
    ProviderError::unknown(
        ErrorKind::Malformed,
        format!("the webhook's `{field}` cannot be read"),
    )
}
