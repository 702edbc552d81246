//! Changes of a card beyond money and freezing (dossier sections 7.5 and 7.6). Those with a PIN have
//! no `Debug`.

use cardmux_provider_kit::json::RawValue;
use serde::Serialize;

use super::request::{CardKey, Spelling, remark};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateCardRequest<'a> {
    #[serde(flatten)]
    pub card: CardKey<'a>,
    pub merchant_order_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_pin_payment_amount: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spending_controls: Option<Vec<SpendingControl>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_controls: Option<RiskControls<'a>>,
}

#[derive(Debug, Serialize)]
pub struct SpendingControl {
    pub interval: String,
    pub amount: Box<RawValue>,
}

/// Only one of the two (F-doc); an empty list clears.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RiskControls<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_mcc: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_mcc: Option<Vec<&'a str>>,
}

/// F-doc and W-doc: the card and `clientRemark`; F-pm: also our number, and `remark`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NoteRequest<'a> {
    #[serde(flatten)]
    card: CardKey<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_remark: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_order_no: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
}

impl<'a> NoteRequest<'a> {
    /// No note is the empty one.
    pub fn new(
        spelling: Spelling,
        card_ref: &'a str,
        reference: &'a str,
        note: Option<&str>,
    ) -> Self {
        let note = Some(remark(note.unwrap_or_default()));
        let card = CardKey::new(spelling, card_ref);
        match spelling {
            Spelling::CardNo => Self {
                card,
                client_remark: note,
                merchant_order_no: None,
                remark: None,
            },
            Spelling::CardId => Self {
                card,
                client_remark: None,
                merchant_order_no: Some(reference),
                remark: note,
            },
        }
    }
}

/// F-doc: `pin`. F-pm: `oldPin` and `newPin`; the old one is nobody's to know, so only the new one
/// is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdatePinRequest<'a> {
    #[serde(flatten)]
    card: CardKey<'a>,
    merchant_order_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_pin: Option<&'a str>,
}

impl<'a> UpdatePinRequest<'a> {
    pub fn new(spelling: Spelling, card_ref: &'a str, reference: &'a str, pin: &'a str) -> Self {
        let (pin, new_pin) = match spelling {
            Spelling::CardNo => (Some(pin), None),
            Spelling::CardId => (None, Some(pin)),
        };
        Self {
            card: CardKey::new(spelling, card_ref),
            merchant_order_no: reference,
            pin,
            new_pin,
        }
    }
}

/// F-doc: `activeCode`; F-pm: `activationCode`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivateRequest<'a> {
    #[serde(flatten)]
    card: CardKey<'a>,
    merchant_order_no: &'a str,
    pin: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    active_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_pin_payment_amount: Option<Box<RawValue>>,
}

impl<'a> ActivateRequest<'a> {
    pub fn new(
        spelling: Spelling,
        card_ref: &'a str,
        reference: &'a str,
        (pin, code): (&'a str, &'a str),
        no_pin_payment_amount: Option<Box<RawValue>>,
    ) -> Self {
        let (active_code, activation_code) = match spelling {
            Spelling::CardNo => (Some(code), None),
            Spelling::CardId => (None, Some(code)),
        };
        Self {
            card: CardKey::new(spelling, card_ref),
            merchant_order_no: reference,
            pin,
            active_code,
            activation_code,
            no_pin_payment_amount,
        }
    }
}
