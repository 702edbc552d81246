use async_trait::async_trait;
use cardmux_domain::controls::{Controls as CardControls, Mcc};
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    CallContext, CardChange, Controls, ErrorKind, Notes, OperationReport, ProviderError, Reported,
    SetControls,
};
use cardmux_provider_kit::json;

use crate::FinCard;
use crate::map;
use crate::wire::card::CardInfo;
use crate::wire::change::{NoteRequest, RiskControls, UpdateCardRequest};
use crate::wire::path::Endpoint;
use crate::wire::request::CardKey;

#[async_trait]
impl Controls for FinCard {
    async fn set(
        &self,
        _: &CallContext,
        request: &SetControls,
    ) -> Result<OperationReport, ProviderError> {
        let SetControls {
            reference,
            card_ref,
            controls,
        } = request;
        let CardControls {
            spend_limits,
            allowed_mccs,
            blocked_mccs,
            no_pin_limit,
        } = controls;
        let update = UpdateCardRequest {
            card: CardKey::new(self.spelling, card_ref),
            merchant_order_no: reference.as_str(),
            no_pin_payment_amount: no_pin_limit.map(json::number),
            spending_controls: spend_limits.as_deref().map(map::controls::spending),
            risk_controls: risk_controls(allowed_mccs.as_deref(), blocked_mccs.as_deref())?,
        };
        let kind = OperationKind::UpdateControls;
        self.changed(Endpoint::CardUpdate, kind, reference, card_ref, &update)
            .await
    }
}

/// Only one of the two lists can be set (F-doc).
fn risk_controls<'a>(
    allowed: Option<&'a [Mcc]>,
    blocked: Option<&'a [Mcc]>,
) -> Result<Option<RiskControls<'a>>, ProviderError> {
    let codes = |list: &'a [Mcc]| list.iter().map(Mcc::as_str).collect();
    match (allowed, blocked) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(ProviderError::not_sent(
            ErrorKind::Refused,
            "FinCard takes allowed or blocked merchant categories, not both",
        )),
        (allowed, blocked) => Ok(Some(RiskControls {
            allowed_mcc: allowed.map(codes),
            blocked_mcc: blocked.map(codes),
        })),
    }
}

#[async_trait]
impl Notes for FinCard {
    /// Answered with the card's info instead of an order, and at once (F-doc).
    async fn set_note(
        &self,
        _: &CallContext,
        change: &CardChange,
    ) -> Result<OperationReport, ProviderError> {
        let CardChange {
            reference,
            card_ref,
            note,
        } = change;
        let request =
            NoteRequest::new(self.spelling, card_ref, reference.as_str(), note.as_deref());
        let _: CardInfo = self.client.call(Endpoint::CardNote, &request).await?;
        Ok(done(OperationKind::UpdateNote, reference, card_ref))
    }
}

/// A change that has no order at FinCard, and is done when it is answered.
pub(crate) fn done(kind: OperationKind, reference: &Reference, subject: &str) -> OperationReport {
    OperationReport {
        reference: Some(reference.clone()),
        kind: Some(kind),
        reported: Reported::Succeeded,
        provider_status: "success".to_owned(),
        provider_ref: None,
        subject_ref: Some(subject.to_owned()),
        amount: None,
        fee: None,
        received: None,
        occurred_at: None,
        enrolment: None,
    }
}
