use async_trait::async_trait;
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::provider::{CallContext, Catalogue, ProviderError};

use crate::{Method, MockProvider};

#[async_trait]
impl Catalogue for MockProvider {
    async fn card_types(&self, _ctx: &CallContext) -> Result<Vec<CardTypeSpec>, ProviderError> {
        self.call(Method::CardTypes, |ledger| Ok(ledger.types.all.clone()))
            .await
    }
}
