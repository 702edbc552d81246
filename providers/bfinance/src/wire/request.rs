//! What is sent about cards. Whatever holds a name, a PIN or a code has no `Debug`.

use cardmux_provider_kit::json::RawValue;
use serde::Serialize;

/// No body at all.
pub const NOTHING: Option<&()> = None;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssueRequest<'a> {
    pub type_id: &'a str,
    /// Of plain cards: an integer (D).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_balance: Option<Box<RawValue>>,
    /// Of budget cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<&'a str>,
    /// Always ours: a lost answer is looked up by it.
    pub external_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub struct MoveRequest<'a> {
    pub amount: Box<RawValue>,
    /// Of top-ups only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
}

#[derive(Serialize)]
pub struct PinRequest<'a> {
    pub pin: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivateRequest<'a> {
    pub card_type: &'a str,
    pub code: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRequest<'a> {
    pub card_type: &'a str,
    pub shipping_data: ShippingData<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShippingData<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub phone_code: &'a str,
    pub address_line1: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_line2: Option<&'a str>,
    pub city: &'a str,
    pub state: &'a str,
    pub postal_code: &'a str,
    /// ISO 3166-1 alpha-3, as in the sample (D).
    pub country: &'a str,
}
