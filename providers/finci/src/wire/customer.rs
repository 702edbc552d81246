//! Persons, companies, employees and their accounts. Only a few fields are documented (D:
//! `external_id`, `corporate_id`, `person_id`), the others are ours (C). Personal data: no `Debug`.

use serde::Serialize;

#[derive(Serialize)]
pub struct CreateClient<'a> {
    /// Unique among persons (D).
    pub external_id: &'a str,
    #[serde(flatten)]
    pub person: Person<'a>,
    pub address: Address<'a>,
}

#[derive(Serialize)]
pub struct CreateCorporate<'a> {
    /// Unique among companies (D).
    pub external_id: &'a str,
    pub name: &'a str,
    pub registration_number: &'a str,
    pub country: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub address: Address<'a>,
}

#[derive(Serialize)]
pub struct CreateEmployee<'a> {
    /// Unique among employees (D).
    pub external_id: &'a str,
    pub corporate_id: &'a str,
    #[serde(flatten)]
    pub person: Person<'a>,
}

#[derive(Serialize)]
pub struct Person<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    /// `YYYY-MM-DD`.
    pub birth_date: &'a str,
    /// ISO 3166-1 alpha-2.
    pub nationality: &'a str,
    pub email: &'a str,
    /// `+` and digits.
    pub phone: &'a str,
}

#[derive(Clone, Copy, Serialize)]
pub struct Address<'a> {
    pub country: &'a str,
    pub city: &'a str,
    pub street: &'a str,
    pub postal_code: &'a str,
}

/// Exactly one owner (D).
#[derive(Debug, Default, Serialize)]
pub struct CreateAccount<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corporate_id: Option<&'a str>,
    pub currency: &'a str,
}
