use async_trait::async_trait;

use super::{CallContext, ProviderError};
use crate::challenge::Challenge;
use crate::secret::SecretString;

/// What is secret about a card. Wiped on drop; never stored, never logged.
#[derive(Debug, Clone, Default)]
pub struct CardSecrets {
    /// The card number (PAN), digits only.
    pub number: Option<SecretString>,
    pub cvv: Option<SecretString>,
    /// `MM/YYYY`.
    pub expiry: Option<SecretString>,
    /// Where a gift card is redeemed; such a card has no number.
    pub redemption_url: Option<SecretString>,
}

#[async_trait]
pub trait Reveal: Send + Sync {
    /// Read what is secret about a card; parts the provider does not give (yet) are absent.
    ///
    /// # Behaviour
    /// - `reveal_of_an_active_card_is_complete`
    /// - `reveal_of_a_gift_card_is_its_redemption_url`
    /// - `reveal_of_an_unknown_card_is_not_found`
    async fn reveal(&self, ctx: &CallContext, card_ref: &str)
    -> Result<CardSecrets, ProviderError>;
}

#[async_trait]
pub trait Challenges: Send + Sync {
    /// What a card's holder is asked for, newest first; at most a hundred.
    ///
    /// # Behaviour
    /// - `challenges_of_a_physical_card_hold_its_activation_code`
    async fn challenges(
        &self,
        ctx: &CallContext,
        card_ref: &str,
    ) -> Result<Vec<Challenge>, ProviderError>;
}
