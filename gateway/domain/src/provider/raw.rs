use async_trait::async_trait;

use super::{CallContext, ProviderError};

/// A provider's own object as JSON text, with everything secret about card and person taken out of
/// it: safe to be shown, never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawObject(pub String);

/// What the provider says, in its own words, for those who look into it.
#[async_trait]
pub trait Raw: Send + Sync {
    /// The provider's object of a card, redacted.
    ///
    /// # Behaviour
    /// - `raw_card_is_redacted_and_names_the_card`
    async fn raw_card(&self, ctx: &CallContext, card_ref: &str)
    -> Result<RawObject, ProviderError>;
}
