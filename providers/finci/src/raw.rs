use async_trait::async_trait;
use cardmux_domain::provider::{CallContext, ProviderError, Raw, RawObject};
use cardmux_provider_kit::json::{self, RawValue};
use cardmux_provider_kit::raw::{AllowList, Redacted};

use crate::Finci;
use crate::cards::not_found;
use crate::wire::card::Card;

/// Of a card in the list (dossier 7.2). Name, masked number and expiry are not among them.
struct Listed;

impl AllowList for Listed {
    const HARMLESS: &'static [&'static str] = &["product_id"];
    const OPENED: &'static [&'static str] = &[];
}

#[async_trait]
impl Raw for Finci {
    async fn raw_card(
        &self,
        ctx: &CallContext,
        card_ref: &str,
    ) -> Result<RawObject, ProviderError> {
        let cards: Vec<Box<RawValue>> = self.cards_of(self.owner(ctx)?).await?;
        let own = |written: &&[u8]| {
            json::parse::<Card>(written).is_ok_and(|card| card.token_id == card_ref)
        };
        let mut texts = cards.iter().map(|written| written.get().as_bytes());
        let written = texts.find(own).ok_or_else(not_found)?;
        let card: Redacted<Listed> = json::parse(written)?;
        // Its id has as many digits as a card number and more, and is asked for by name.
        card.naming("token_id", card_ref).into_object()
    }
}
