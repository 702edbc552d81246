use async_trait::async_trait;
use cardmux_domain::budget::FundingAccount;
use cardmux_domain::money::Money;
use cardmux_domain::provider::{CallContext, FundingAccounts, ProviderError};

use crate::BFinance;
use crate::map;
use crate::wire::card_type::Balances;
use crate::wire::path::Call;

#[async_trait]
impl FundingAccounts for BFinance {
    /// The organisation's balances, one per currency (S2); they have no ids.
    async fn funding_accounts(
        &self,
        _: &CallContext,
    ) -> Result<Vec<FundingAccount>, ProviderError> {
        let Balances { usd, eur } = self.client.read(Call::get(&["balance"])).await?;
        let mut accounts = Vec::new();
        for (account_ref, code, amount) in [("usd", "USD", usd), ("eur", "EUR", eur)] {
            let Some(amount) = amount else { continue };
            accounts.push(FundingAccount {
                account_ref: account_ref.to_owned(),
                name: None,
                available: Money::new(amount, map::currency(code)?),
                total: None,
                frozen: None,
            });
        }
        Ok(accounts)
    }
}
