use async_trait::async_trait;
use cardmux_domain::card_type::CardTypeSpec;
use cardmux_domain::provider::{CallContext, Catalogue, ProviderError};

use crate::FinCard;
use crate::map;
use crate::wire::card_type::CardType;
use crate::wire::path::Endpoint;
use crate::wire::request::Nothing;

#[async_trait]
impl Catalogue for FinCard {
    /// A type whose mode or form nobody documented cannot be described; it is left out with a
    /// warning, because the other types work.
    async fn card_types(&self, _: &CallContext) -> Result<Vec<CardTypeSpec>, ProviderError> {
        let types: Vec<CardType> = self.client.call(Endpoint::CardTypes, &Nothing {}).await?;
        let specs = types.iter().filter_map(|card_type| {
            map::card_type::spec(card_type)
                .inspect_err(|error| {
                    let id = &card_type.card_type_id;
                    tracing::warn!(card_type = %id, %error, "card type left out");
                })
                .ok()
        });
        Ok(specs.collect())
    }
}
