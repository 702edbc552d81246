use async_trait::async_trait;
use cardmux_domain::budget::FundingAccount;
use cardmux_domain::provider::{CallContext, FundingAccounts, ProviderError};

use crate::Finup;
use crate::map;
use crate::wire::envelope::OneOrMany;
use crate::wire::path::Endpoint;

#[async_trait]
impl FundingAccounts for Finup {
    /// One object in the sample, perhaps a list where there are several currencies (I).
    async fn funding_accounts(
        &self,
        _: &CallContext,
    ) -> Result<Vec<FundingAccount>, ProviderError> {
        let OneOrMany(wallets) = self.client.get(Endpoint::Wallets).await?;
        let accounts = wallets.into_iter().map(map::account::funding_account);
        accounts.collect()
    }
}
