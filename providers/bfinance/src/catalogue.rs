use async_trait::async_trait;
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::provider::{CallContext, Catalogue, ProviderError};

use crate::BFinance;
use crate::map;
use crate::wire::card_type::CardTypes;
use crate::wire::path::Call;

#[async_trait]
impl Catalogue for BFinance {
    /// One list for both families (S2). A type that cannot be described is left out with a warning,
    /// because the other types work.
    async fn card_types(&self, _: &CallContext) -> Result<Vec<CardTypeSpec>, ProviderError> {
        let path = [self.rules.card_prefix, "types"];
        let list: CardTypes = self.client.read(Call::get(&path)).await?;
        let specs = list.types.into_iter().filter_map(|card_type| {
            map::card_type::spec(card_type, &self.rules)
                .inspect_err(|error| tracing::warn!(%error, "card type left out"))
                .ok()
        });
        Ok(specs.collect())
    }
}
