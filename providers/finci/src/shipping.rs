//! The plastic of a card. FINCI delivers it and tells nobody (D); a card can be used before.

use async_trait::async_trait;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    CallContext, OperationReport, OrderPhysical, ProviderError, Shipping, ShippingAddress,
};
use cardmux_domain::secret::ExposeSecret;

use crate::Finci;
use crate::map::{self, done};
use crate::settings::PlasticGoes;
use crate::wire::card::{TokenStage, UpdateStage};
use crate::wire::{Endpoint, checked};

#[async_trait]
impl Shipping for Finci {
    /// `digital` to `plastic_not_delivered` orders the plastic (I). It goes where the creation of the
    /// card said: the order has no address.
    async fn order_physical(
        &self,
        _: &CallContext,
        request: &OrderPhysical,
    ) -> Result<OperationReport, ProviderError> {
        let OrderPhysical {
            reference,
            card_ref,
            address,
        } = request;
        if self.rules.plastic == PlasticGoes::Asked && !self.goes_to(address) {
            return Err(map::refused(
                "FINCI sends plastic to the programme's address alone, and this is another one",
            ));
        }
        let endpoint = Endpoint::UpdateCardStage(checked(card_ref)?);
        let stage = UpdateStage {
            token_stage: TokenStage::PlasticNotDelivered,
        };
        self.client.tell(endpoint, &stage).await?;
        Ok(done(OperationKind::OrderPhysical, reference, card_ref))
    }
}

impl Finci {
    fn goes_to(&self, address: &ShippingAddress) -> bool {
        let own = &self.rules.delivery_address;
        let lines = [&address.line1, &address.city, &address.postal_code];
        own.has(&address.country) && lines.iter().all(|line| own.has(line.expose_secret()))
    }
}
