//! Disputes.

use cardmux_domain::dispute::DisputeStatus;
use cardmux_domain::provider::{DisputeSnapshot, ProviderError};
use cardmux_provider_kit::redact;

use super::{malformed, unknown_word};
use crate::wire::dispute::Dispute;

pub fn snapshot(dispute: Dispute) -> Result<DisputeSnapshot, ProviderError> {
    let Dispute {
        id,
        status: word,
        response,
    } = dispute;
    let word = word.ok_or_else(|| malformed("a dispute without status"))?;
    Ok(DisputeSnapshot {
        dispute_ref: id.ok_or_else(|| malformed("a dispute without id"))?,
        status: status(&word)?,
        provider_status: word,
        response: response.as_deref().map(redact::provider_message),
    })
}

/// Dispute statuses (D).
fn status(word: &str) -> Result<DisputeStatus, ProviderError> {
    match word.to_lowercase().as_str() {
        "pending" => Ok(DisputeStatus::Pending),
        "reviewing" => Ok(DisputeStatus::InReview),
        "accepted" => Ok(DisputeStatus::Won),
        "rejected" => Ok(DisputeStatus::Lost),
        "closed" => Ok(DisputeStatus::Closed),
        "cancelled" => Ok(DisputeStatus::Cancelled),
        _ => Err(unknown_word("dispute status", word)),
    }
}
