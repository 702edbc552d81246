use async_trait::async_trait;

use super::{CallContext, OperationReport, ProviderError};
use crate::money::Money;
use crate::operation::Reference;

/// Money onto a card or off it.
#[derive(Debug, Clone)]
pub struct MoveFunds {
    pub reference: Reference,
    /// The provider's card id.
    pub card_ref: String,
    /// Positive, in the card's currency.
    pub amount: Money,
    pub note: Option<String>,
}

/// The balance of cards with money of their own.
#[async_trait]
pub trait Funds: Send + Sync {
    /// What can be spent now.
    ///
    /// # Behaviour
    /// - `balance_follows_deposit_and_withdraw_to_the_cent`
    async fn balance(&self, ctx: &CallContext, card_ref: &str) -> Result<Money, ProviderError>;

    /// Put money on a card.
    ///
    /// # Behaviour
    /// - `deposit_with_a_used_reference_moves_nothing`
    /// - `deposit_beyond_the_limit_is_rejected`
    async fn deposit(
        &self,
        ctx: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError>;

    /// Take money off a card.
    ///
    /// # Behaviour
    /// - `withdraw_of_more_than_the_balance_is_rejected`
    async fn withdraw(
        &self,
        ctx: &CallContext,
        request: &MoveFunds,
    ) -> Result<OperationReport, ProviderError>;
}
