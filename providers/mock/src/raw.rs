use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, ProviderError, Raw, RawObject};

use crate::{Method, MockProvider};

#[async_trait]
impl Raw for MockProvider {
    async fn raw_card(
        &self,
        _ctx: &CallContext,
        card_ref: &str,
    ) -> Result<RawObject, ProviderError> {
        self.call(Method::RawCard, |ledger| ledger.raw_card(card_ref))
            .await
    }
}
