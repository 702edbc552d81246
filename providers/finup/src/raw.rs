use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, ProviderError, Raw, RawObject};
use cardmux_provider_kit::raw::{AllowList, Redacted};

use crate::Finup;
use crate::wire::path::Endpoint;

/// Of the card (D, O): neither number, expiry, code nor address, and none of the texts people write.
struct Card;

impl AllowList for Card {
    const HARMLESS: &'static [&'static str] = &[
        "id",
        "created_at",
        "updated_at",
        "account",
        "finup_id",
        "category",
        "bin_id",
        "currency",
        "currency_short_name",
        "balance",
        "past_balance",
        "future_balance",
        "deposit",
        "withdraw",
        "spent",
        "status",
        "3ds",
    ];
    const OPENED: &'static [&'static str] = &[];
}

#[async_trait]
impl Raw for Finup {
    async fn raw_card(&self, _: &CallContext, card_ref: &str) -> Result<RawObject, ProviderError> {
        let card: Redacted<Card> = self.client.get(Endpoint::Card(card_ref)).await?;
        card.into_object()
    }
}
