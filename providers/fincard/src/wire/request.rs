//! What is sent.

use cardmux_domain::money::Decimal;
use cardmux_domain::operation::Reference;
use cardmux_provider_kit::json::{self, RawValue};
use serde::Serialize;

/// FinHub's pages and its API reference name request fields differently; which names an
/// installation wants is not known before a live call, so it is a setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spelling {
    /// F-doc, W-doc: `cardNo`, `clientRemark`.
    #[default]
    CardNo,
    /// F-ref, F-pm: `cardId`, `remark`, and the other names of the dossier's section 3.1.
    CardId,
}

/// The remark's documented length (F-doc, F-ref).
const REMARK_CHARS: usize = 50;

/// A note as FinCard keeps it.
pub fn remark(note: &str) -> String {
    note.chars().take(REMARK_CHARS).collect()
}

/// "No parameters": the two bytes `{}`, never an empty body (F-doc, W-doc).
#[derive(Debug, Serialize)]
pub struct Nothing {}

/// The card, under one of its two names.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CardKey<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    card_no: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_id: Option<&'a str>,
}

impl<'a> CardKey<'a> {
    pub fn new(spelling: Spelling, card_ref: &'a str) -> Self {
        match spelling {
            Spelling::CardNo => Self {
                card_no: Some(card_ref),
                card_id: None,
            },
            Spelling::CardId => Self {
                card_no: None,
                card_id: Some(card_ref),
            },
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CardInfoRequest<'a> {
    #[serde(flatten)]
    pub card: CardKey<'a>,
    /// `false` brings the balance along (F-doc).
    pub only_simple_info: bool,
}

/// May hold a card number: it has no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenCardRequest<'a> {
    pub merchant_order_no: &'a str,
    /// Long.
    pub card_type_id: Box<RawValue>,
    /// A JSON number: what the pages and production clients send.
    pub amount: Box<RawValue>,
    /// Long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder_id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_number: Option<&'a str>,
    /// Long: the MARGIN account to draw on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Box<RawValue>>,
}

/// Deposit, withdraw, freeze, unfreeze, cancel.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationRequest<'a> {
    #[serde(flatten)]
    card: CardKey<'a>,
    merchant_order_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_remark: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
}

impl<'a> OperationRequest<'a> {
    pub fn new(
        spelling: Spelling,
        card_ref: &'a str,
        reference: &'a Reference,
        amount: Option<Decimal>,
        note: Option<&str>,
    ) -> Self {
        let note = note.map(remark);
        let (client_remark, remark) = match spelling {
            Spelling::CardNo => (note, None),
            Spelling::CardId => (None, note),
        };
        Self {
            card: CardKey::new(spelling, card_ref),
            merchant_order_no: reference.as_str(),
            amount: amount.map(json::number),
            client_remark,
            remark,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageRequest {
    pub page_num: u32,
    pub page_size: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationsRequest<'a> {
    pub page_num: u32,
    pub page_size: u32,
    pub merchant_order_no: &'a str,
}
