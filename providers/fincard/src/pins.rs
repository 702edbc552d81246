use async_trait::async_trait;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    ActivateCard, Activation, CallContext, ErrorKind, OperationReport, Pins, ProviderError, SetPin,
};
use cardmux_domain::secret::ExposeSecret;
use cardmux_provider_kit::json;

use crate::FinCard;
use crate::wire::change::{ActivateRequest, UpdatePinRequest};
use crate::wire::path::Endpoint;

#[async_trait]
impl Pins for FinCard {
    async fn set_pin(
        &self,
        _: &CallContext,
        request: &SetPin,
    ) -> Result<OperationReport, ProviderError> {
        let SetPin {
            reference,
            card_ref,
            pin,
        } = request;
        let pin = pin.expose_secret();
        let update = UpdatePinRequest::new(self.spelling, card_ref, reference.as_str(), pin);
        let kind = OperationKind::SetPin;
        self.changed(Endpoint::UpdatePin, kind, reference, card_ref, &update)
            .await
    }
}

#[async_trait]
impl Activation for FinCard {
    async fn activate(
        &self,
        _: &CallContext,
        request: &ActivateCard,
    ) -> Result<OperationReport, ProviderError> {
        let ActivateCard {
            reference,
            card_ref,
            pin,
            code,
            no_pin_limit,
        } = request;
        // A required field (F-doc).
        let Some(pin) = pin else {
            let message = "a card of FinCard's is activated with its first PIN";
            return Err(ProviderError::rejected(ErrorKind::Refused, message));
        };
        let activate = ActivateRequest::new(
            self.spelling,
            card_ref,
            reference.as_str(),
            (pin.expose_secret(), code.expose_secret()),
            no_pin_limit.map(json::number),
        );
        let kind = OperationKind::Activate;
        self.changed(Endpoint::Activate, kind, reference, card_ref, &activate)
            .await
    }
}
