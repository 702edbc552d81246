//! Cardholders (dossier section 6). Requests hold personal data: they have no `Debug`.

use cardmux_provider_kit::json::{self, RawValue};
use serde::{Deserialize, Serialize};

use super::request::Spelling;

/// Of create, update and list, and of the `card_holder` webhook. What else a list shows is personal
/// data, which nobody needs back.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Holder {
    #[serde(deserialize_with = "json::opt_id")]
    pub holder_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub cardholder_id: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub merchant_order_no: Option<String>,
    #[serde(deserialize_with = "json::opt_id")]
    pub card_type_id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status_flow_location: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub description: Option<String>,
    /// Deprecated, the same as `description` (W-int).
    #[serde(deserialize_with = "json::opt_text")]
    pub resp_msg: Option<String>,
}

/// The form's name, under one of its two names (F-doc, F-ref).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Model<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    card_holder_model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cardholder_type: Option<&'a str>,
}

impl<'a> Model<'a> {
    pub fn new(spelling: Spelling, model: &'a str) -> Self {
        let (card_holder_model, cardholder_type) = match spelling {
            Spelling::CardNo => (Some(model), None),
            Spelling::CardId => (None, Some(model)),
        };
        Self {
            card_holder_model,
            cardholder_type,
        }
    }
}

/// The holder, under one of its two names (F-doc, F-ref).
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HolderKey {
    /// Long.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder_id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cardholder_id: Option<Box<RawValue>>,
}

impl HolderKey {
    pub fn new(spelling: Spelling, holder: &str) -> Self {
        let id = Some(json::integer_or_text(holder));
        match spelling {
            Spelling::CardNo => Self {
                holder_id: id,
                cardholder_id: None,
            },
            Spelling::CardId => Self {
                holder_id: None,
                cardholder_id: id,
            },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateHolderRequest<'a> {
    #[serde(flatten)]
    pub model: Model<'a>,
    pub merchant_order_no: &'a str,
    /// Long.
    pub card_type_id: Box<RawValue>,
    #[serde(flatten)]
    pub person: Person<'a>,
}

/// An update takes the place of all data; it has no number of ours.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateHolderRequest<'a> {
    #[serde(flatten)]
    pub key: HolderKey,
    #[serde(flatten)]
    pub model: Model<'a>,
    #[serde(flatten)]
    pub person: Person<'a>,
}

/// The fields of both forms, flat (F-doc).
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Person<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub town: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nationality: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occupation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annual_salary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_purpose: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_monthly_volume: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_no_expiry_date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_front_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_back_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_hold_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kyc_verification: Option<KycVerification<'a>>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KycVerification<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_id: Option<&'a str>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HolderListRequest<'a> {
    pub page_num: u32,
    pub page_size: u32,
    #[serde(flatten)]
    pub key: HolderKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_order_no: Option<&'a str>,
}
