use async_trait::async_trait;

use super::{CallContext, ProviderError};
use crate::card_type::CardTypeSpec;

/// The provider's card types.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// Every card type of this instance, offline ones included.
    ///
    /// # Behaviour
    /// - `card_types_are_listed_with_distinct_refs`
    /// - `card_types_offline_are_listed_as_offline`
    async fn card_types(&self, ctx: &CallContext) -> Result<Vec<CardTypeSpec>, ProviderError>;
}
