use async_trait::async_trait;
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::provider::{CallContext, Catalogue, ProviderError};

use crate::Finup;
use crate::map;
use crate::settings::DepositFee;
use crate::wire::account::{Account, Fees};
use crate::wire::card_type::CardType;
use crate::wire::envelope::OneOrMany;
use crate::wire::path::Endpoint;

#[async_trait]
impl Catalogue for Finup {
    /// A type that cannot be described is left out with a warning, because the other types work.
    async fn card_types(&self, _: &CallContext) -> Result<Vec<CardTypeSpec>, ProviderError> {
        let fees = self.fees().await?;
        let OneOrMany::<CardType>(types) = self.client.get(Endpoint::CardTypes).await?;
        let specs = types.into_iter().filter_map(|card_type| {
            let id = card_type.id.clone().unwrap_or_default();
            map::card_type::spec(card_type, &fees, &self.choices)
                .inspect_err(|error| {
                    tracing::warn!(card_type = %id, %error, "card type left out");
                })
                .ok()
        });
        Ok(specs.collect())
    }
}

impl Finup {
    /// BINs have no prices: the account's fees are theirs (O). Not asked for where they are not shown.
    async fn fees(&self) -> Result<Fees, ProviderError> {
        if !self.choices.issue_fee && self.choices.deposit_fee == DepositFee::Unknown {
            return Ok(Fees::default());
        }
        let account: Account = self.client.get(Endpoint::Account).await?;
        Ok(account.fees.unwrap_or_default())
    }
}
