use async_trait::async_trait;
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::provider::{CallContext, Catalogue, ProviderError};

use crate::{Finci, map};

#[async_trait]
impl Catalogue for Finci {
    /// From the settings: no call lists products (dossier 12.3).
    async fn card_types(&self, _: &CallContext) -> Result<Vec<CardTypeSpec>, ProviderError> {
        Ok(self
            .rules
            .products
            .iter()
            .map(map::card_type::spec)
            .collect())
    }
}
