use async_trait::async_trait;
use cardmux_domain::provider::{
    ActivateCard, Activation, CallContext, CardChange, Controls, Notes, OperationReport, Pins,
    ProviderError, SetControls, SetPin,
};

use crate::ledger::{Change, Effect};
use crate::{Method, MockProvider};

#[async_trait]
impl Controls for MockProvider {
    async fn set(
        &self,
        _ctx: &CallContext,
        request: &SetControls,
    ) -> Result<OperationReport, ProviderError> {
        let SetControls {
            reference,
            card_ref,
            controls,
        } = request;
        let change = Change::plain(reference, card_ref, Effect::Control(controls.clone()));
        self.call(Method::SetControls, |ledger| ledger.change(&change))
            .await
    }
}

#[async_trait]
impl Notes for MockProvider {
    async fn set_note(
        &self,
        _ctx: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let CardChange {
            reference,
            card_ref,
            note,
        } = change;
        let change = Change::plain(reference, card_ref, Effect::Note(note.clone()));
        self.call(Method::SetNote, |ledger| ledger.change(&change))
            .await
    }
}

#[async_trait]
impl Pins for MockProvider {
    async fn set_pin(
        &self,
        _ctx: &CallContext,
        request: &SetPin,
    ) -> Result<OperationReport, ProviderError> {
        let SetPin {
            reference,
            card_ref,
            pin,
        } = request;
        let change = Change {
            pin: Some(pin),
            ..Change::plain(reference, card_ref, Effect::SetPin)
        };
        self.call(Method::SetPin, |ledger| ledger.change(&change))
            .await
    }
}

#[async_trait]
impl Activation for MockProvider {
    async fn activate(
        &self,
        _ctx: &CallContext,
        request: &ActivateCard,
    ) -> Result<OperationReport, ProviderError> {
        let ActivateCard {
            reference,
            card_ref,
            pin,
            code,
            no_pin_limit,
        } = request;
        let change = Change {
            pin: pin.as_ref(),
            code: Some(code),
            ..Change::plain(reference, card_ref, Effect::Activate(*no_pin_limit))
        };
        self.call(Method::Activate, |ledger| ledger.change(&change))
            .await
    }
}
