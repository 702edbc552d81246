//! Webhooks about transactions: the whole of one, each time it changes.

use cardmux_domain::operation::Reference;
use cardmux_domain::provider::{ProviderError, TransactionReport};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::{ChargedTo, Merchant, TransactionKind, TransactionStatus};
use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};

use super::{Sum, TRANSACTION, malformed, transaction_kind_word, transaction_status_word};

#[derive(Serialize, Deserialize)]
struct TransactionBody {
    id: String,
    category: String,
    transaction: String,
    reference: Option<String>,
    card: Option<String>,
    original: Option<String>,
    kind: String,
    status: String,
    amount: Option<Sum>,
    billing: Option<Sum>,
    fee: Option<Sum>,
    cross_border_fee: Option<Sum>,
    settled: Option<Sum>,
    settled_on: Option<String>,
    charged_to: String,
    authorization_code: Option<String>,
    merchant: Option<Merchant>,
    description: Option<String>,
    at_ms: i64,
}

pub(crate) fn transaction_body(report: &TransactionReport) -> Vec<u8> {
    let TransactionReport {
        provider_ref,
        reference,
        authorization_ref: _,
        card_ref,
        original_ref,
        kind: _,
        provider_kind,
        status,
        provider_status,
        amount,
        billing_amount,
        fee,
        cross_border_fee,
        settled_amount,
        settled_on,
        charged_to,
        authorization_code,
        merchant,
        description,
        occurred_at,
    } = report.clone();
    super::json(&TransactionBody {
        // One fact, one id: the transaction and how far it is.
        id: format!("{provider_ref}:{}", transaction_status_word(status)),
        category: TRANSACTION.to_owned(),
        transaction: provider_ref,
        reference: reference.map(|reference| reference.to_string()),
        card: card_ref,
        original: original_ref,
        kind: provider_kind,
        status: provider_status,
        amount: Sum::of(amount),
        billing: Sum::of(billing_amount),
        fee: Sum::of(fee),
        cross_border_fee: Sum::of(cross_border_fee),
        settled: Sum::of(settled_amount),
        settled_on,
        charged_to: charged_to.to_string(),
        authorization_code,
        merchant,
        description,
        at_ms: occurred_at.as_millis(),
    })
}

pub(crate) fn read_transaction(body: &[u8]) -> Result<TransactionReport, ProviderError> {
    let TransactionBody {
        id: _,
        category: _,
        transaction,
        reference,
        card,
        original,
        kind,
        status,
        amount,
        billing,
        fee,
        cross_border_fee,
        settled,
        settled_on,
        charged_to,
        authorization_code,
        merchant,
        description,
        at_ms,
    } = json::parse(body)?;
    Ok(TransactionReport {
        provider_ref: transaction,
        reference: reference.map(Reference::from_text),
        authorization_ref: None,
        card_ref: card,
        original_ref: original,
        kind: kind_of(&kind),
        provider_kind: kind,
        status: status_of(&status)?,
        provider_status: status,
        amount: Sum::read(amount)?,
        billing_amount: Sum::read(billing)?,
        fee: Sum::read(fee)?,
        cross_border_fee: Sum::read(cross_border_fee)?,
        settled_amount: Sum::read(settled)?,
        settled_on,
        charged_to: charged_to
            .parse::<ChargedTo>()
            .map_err(|_| malformed("charged_to"))?,
        authorization_code,
        merchant,
        description,
        occurred_at: Timestamp::from_millis(at_ms),
    })
}

fn kind_of(word: &str) -> TransactionKind {
    use strum::VariantArray;
    let mut kinds = TransactionKind::VARIANTS.iter().copied();
    kinds
        .find(|kind| transaction_kind_word(*kind) == word)
        .unwrap_or(TransactionKind::Other)
}

fn status_of(word: &str) -> Result<TransactionStatus, ProviderError> {
    use strum::VariantArray;
    let mut statuses = TransactionStatus::VARIANTS.iter().copied();
    statuses
        .find(|status| transaction_status_word(*status) == word)
        .ok_or_else(|| malformed("status"))
}
