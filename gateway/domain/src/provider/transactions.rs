use async_trait::async_trait;

use super::{CallContext, Page, ProviderError};
use crate::money::Money;
use crate::operation::Reference;
use crate::time::Timestamp;
use crate::transaction::{ChargedTo, Merchant, TransactionKind, TransactionStatus};

/// What a provider says about one transaction at one time: the whole of it, not a difference.
#[derive(Debug, Clone, PartialEq)]
pub struct TransactionReport {
    /// The provider's id of the transaction; the same for all reports of it.
    pub provider_ref: String,
    /// Ours, where it comes from an operation of ours.
    pub reference: Option<Reference>,
    /// The authorization we were asked about, where there was one.
    pub authorization_ref: Option<String>,
    /// The provider's card id; `None` only where `reference` leads to the card.
    pub card_ref: Option<String>,
    /// The transaction that this one reverses, refunds or charges for.
    pub original_ref: Option<String>,
    pub kind: TransactionKind,
    /// The provider's own word for the kind.
    pub provider_kind: String,
    pub status: TransactionStatus,
    /// The provider's own word.
    pub provider_status: String,
    /// In the merchant's currency.
    pub amount: Option<Money>,
    /// In the card's currency.
    pub billing_amount: Option<Money>,
    pub fee: Option<Money>,
    pub cross_border_fee: Option<Money>,
    pub settled_amount: Option<Money>,
    /// The provider's text for the day.
    pub settled_on: Option<String>,
    pub charged_to: ChargedTo,
    pub authorization_code: Option<String>,
    pub merchant: Option<Merchant>,
    /// The provider's words; of a declined one, why.
    pub description: Option<String>,
    pub occurred_at: Timestamp,
}

/// Which part of a provider's transactions.
#[derive(Debug, Clone)]
pub struct TransactionQuery {
    /// Those that happened, or changed, since then.
    pub from: Timestamp,
    pub to: Timestamp,
    /// `None` for the first page, else what the page before gave.
    pub cursor: Option<String>,
    pub limit: u32,
}

#[async_trait]
pub trait Transactions: Send + Sync {
    /// Every transaction of the instance in a span of time, page by page, in no particular order.
    /// What webhooks did not bring is found here.
    ///
    /// # Behaviour
    /// - `transactions_list_purchases_settled_and_declined`
    /// - `transactions_link_reversal_and_refund_to_the_original`
    /// - `transactions_charged_to_the_funding_account_say_so`
    async fn list(
        &self,
        ctx: &CallContext,
        query: &TransactionQuery,
    ) -> Result<Page<TransactionReport>, ProviderError>;
}
