//! Customers: the forms, and what is sent of a profile.

use cardmux_domain::card_type::EnrolmentForm;
use cardmux_domain::customer::form::{FieldFormat, FieldRule};
use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::provider::ProviderError;
use zeroize::Zeroizing;

use super::refused;
use crate::settings::OwnerKind;
use crate::wire::customer::{Address, Person};

/// Of a person, or of the employee of a company who holds its card (C).
const PERSON: [(CustomerField, FieldFormat); 7] = [
    (CustomerField::FirstName, FieldFormat::Text),
    (CustomerField::LastName, FieldFormat::Text),
    (CustomerField::BirthDate, FieldFormat::PastDate),
    (CustomerField::Nationality, FieldFormat::Country),
    (CustomerField::Email, FieldFormat::Email),
    (CustomerField::PhoneDialCode, FieldFormat::DialCode),
    (CustomerField::PhoneNumber, FieldFormat::PhoneNumber),
];

/// Of the person, or of the company (C).
const ADDRESS: [(CustomerField, FieldFormat); 4] = [
    (CustomerField::AddressCountry, FieldFormat::Country),
    (CustomerField::AddressCity, FieldFormat::Text),
    (CustomerField::AddressLine1, FieldFormat::Text),
    (CustomerField::AddressPostalCode, FieldFormat::Text),
];

const COMPANY: [(CustomerField, FieldFormat); 2] = [
    (CustomerField::CompanyName, FieldFormat::Text),
    (CustomerField::CompanyRegistrationNumber, FieldFormat::Text),
];

/// What is required is not documented; without any of it nobody could be identified (C).
pub fn form(owner: OwnerKind) -> EnrolmentForm {
    let company = match owner {
        OwnerKind::Person => &[][..],
        OwnerKind::Corporate => &COMPANY[..],
    };
    let fields = PERSON.iter().chain(&ADDRESS).chain(company);
    let rule = |(field, format): &(CustomerField, FieldFormat)| FieldRule {
        field: *field,
        required: true,
        format: *format,
        min_length: None,
        max_length: None,
        pattern: None,
        allowed: Vec::new(),
        denied: Vec::new(),
        reference: None,
        joint_length: None,
    };
    EnrolmentForm {
        name: owner.word().to_owned(),
        fields: fields.map(rule).collect(),
        max_cards: None,
        takes_share_token: false,
    }
}

/// A profile as it is sent.
pub struct Told<'a> {
    profile: &'a Profile,
    phone: Zeroizing<String>,
}

impl<'a> Told<'a> {
    pub fn of(profile: &'a Profile) -> Result<Self, ProviderError> {
        let code = field(profile, CustomerField::PhoneDialCode)?;
        let number = field(profile, CustomerField::PhoneNumber)?;
        Ok(Self {
            profile,
            phone: Zeroizing::new(format!("{code}{number}")),
        })
    }

    pub fn phone(&self) -> &str {
        &self.phone
    }

    pub fn person(&self) -> Result<Person<'_>, ProviderError> {
        let profile = self.profile;
        Ok(Person {
            first_name: field(profile, CustomerField::FirstName)?,
            last_name: field(profile, CustomerField::LastName)?,
            birth_date: field(profile, CustomerField::BirthDate)?,
            nationality: field(profile, CustomerField::Nationality)?,
            email: field(profile, CustomerField::Email)?,
            phone: &self.phone,
        })
    }
}

pub fn address(profile: &Profile) -> Result<Address<'_>, ProviderError> {
    Ok(Address {
        country: field(profile, CustomerField::AddressCountry)?,
        city: field(profile, CustomerField::AddressCity)?,
        street: field(profile, CustomerField::AddressLine1)?,
        postal_code: field(profile, CustomerField::AddressPostalCode)?,
    })
}

/// A field the form asks for.
pub fn field(profile: &Profile, field: CustomerField) -> Result<&str, ProviderError> {
    let value = profile.get(field).filter(|value| !value.is_empty());
    value.ok_or_else(|| refused(&format!("`{}` is missing", field.pointer())))
}

/// The company's own id, the same however its number is written: unique among companies (D), so that
/// nobody makes it a second time.
pub fn company_reference(country: &str, registration_number: &str) -> String {
    let plain = registration_number.chars().filter(|c| c.is_alphanumeric());
    let number: String = plain.flat_map(char::to_uppercase).collect();
    format!("{country}-{number}")
}
