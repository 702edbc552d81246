//! Customers and their access to products. Their personal data comes back in answers and has no
//! field here.

use cardmux_provider_kit::json;
use serde::{Deserialize, Serialize};

use super::text;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Customer {
    #[serde(deserialize_with = "json::opt_id")]
    pub id: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::list")]
    pub features_access: Vec<Access>,
    pub sumsub: Option<Sumsub>,
    /// S1.
    #[serde(deserialize_with = "text::texts")]
    pub rejection_reasons: Vec<String>,
    /// S1.
    #[serde(deserialize_with = "json::opt_bool")]
    pub can_resubmit: Option<bool>,
}

/// Hosted verification.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sumsub {
    #[serde(deserialize_with = "json::opt_text")]
    pub url: Option<String>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Access {
    #[serde(rename = "type", deserialize_with = "json::opt_text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "text::text_or_nothing")]
    pub card_type: Option<String>,
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "text::texts")]
    pub rejection_reasons: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Questionnaires {
    #[serde(deserialize_with = "json::list")]
    pub questionnaires: Vec<Questionnaire>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Questionnaire {
    #[serde(deserialize_with = "json::opt_text")]
    pub name: Option<String>,
    #[serde(deserialize_with = "json::opt_bool")]
    pub completed: Option<bool>,
}

/// What a customer is made of. Personal data: it has no `Debug`.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCustomer<'a> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sumsub_share_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<&'a str>,
    /// ISO 3166-1 alpha-3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nationality: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address<'a>>,
}

/// In the two vocabularies (dossier 2.1): `countryCode` and `postalCode` (S2), `country` and
/// `zipCode` (S1).
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Address<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line1: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<&'a str>,
}

/// `POST /customers/{id}/request` (D).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestAccess<'a> {
    pub access_type: &'a str,
    pub card_type: &'a str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RequestedAccess {
    #[serde(deserialize_with = "json::opt_text")]
    pub status: Option<String>,
}
