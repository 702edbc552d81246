//! From a payment of the account to a transaction of a card.

use cardmux_domain::provider::{ProviderError, TransactionReport};
use cardmux_domain::transaction::ChargedTo;

use super::{malformed, money, timestamp};
use crate::settings::Choices;
use crate::wire::payment::Payment;

/// `None` where it is not a card's. Only the fields of a wallet's payment are documented (O); a
/// card's are taken to be the same ones (I), and its words mean what the settings say.
pub fn report(
    payment: Payment,
    choices: &Choices,
) -> Result<Option<TransactionReport>, ProviderError> {
    let Payment {
        id,
        source,
        source_id,
        status,
        amount,
        currency,
        kind,
        created_at,
    } = payment;
    if source.as_deref() != Some(choices.card_source.as_str()) {
        return Ok(None);
    }
    let status = status.ok_or_else(|| malformed("a payment without status"))?;
    let kind = kind.ok_or_else(|| malformed("a payment without type"))?;
    let amount = money(amount, currency.as_deref())?;
    let occurred_at = created_at.as_deref().and_then(timestamp);
    Ok(Some(TransactionReport {
        provider_ref: id.ok_or_else(|| malformed("a payment without id"))?,
        reference: None,
        authorization_ref: None,
        card_ref: Some(source_id.ok_or_else(|| malformed("a payment without source"))?),
        original_ref: None,
        kind: choices.payment_types.of(&kind),
        provider_kind: kind,
        status: choices.payment_statuses.of(&status),
        provider_status: status,
        amount,
        billing_amount: amount,
        fee: None,
        cross_border_fee: None,
        settled_amount: None,
        settled_on: None,
        charged_to: ChargedTo::Card,
        authorization_code: None,
        merchant: None,
        description: None,
        occurred_at: occurred_at.ok_or_else(|| malformed("a payment without time"))?,
    }))
}
