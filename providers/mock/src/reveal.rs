use async_trait::async_trait;
use cardmux_domain::challenge::Challenge;
use cardmux_domain::provider::{CallContext, CardSecrets, Challenges, ProviderError, Reveal};

use crate::{Method, MockProvider};

#[async_trait]
impl Reveal for MockProvider {
    async fn reveal(
        &self,
        _ctx: &CallContext,
        card_ref: &str,
    ) -> Result<CardSecrets, ProviderError> {
        self.call(Method::Reveal, |ledger| ledger.secrets(card_ref))
            .await
    }
}

#[async_trait]
impl Challenges for MockProvider {
    async fn challenges(
        &self,
        _ctx: &CallContext,
        card_ref: &str,
    ) -> Result<Vec<Challenge>, ProviderError> {
        self.call(Method::Challenges, |ledger| ledger.challenges(card_ref))
            .await
    }
}
