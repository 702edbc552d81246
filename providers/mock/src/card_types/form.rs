//! The one form of the mock: short, but with a rule of every sort.

use cardmux_domain::card_type::EnrolmentForm;
use cardmux_domain::customer::CustomerField;
use cardmux_domain::customer::form::{FieldFormat, FieldRule, JointLength, ReferenceList};

/// How long a name may be, both parts and the blank between them.
const NAME_MAX: u32 = 32;

pub(super) fn short() -> EnrolmentForm {
    EnrolmentForm {
        name: "short".to_owned(),
        fields: vec![
            name(CustomerField::FirstName, CustomerField::LastName),
            name(CustomerField::LastName, CustomerField::FirstName),
            rule(CustomerField::BirthDate, FieldFormat::PastDate),
            rule(CustomerField::Email, FieldFormat::Email),
            FieldRule {
                reference: Some(ReferenceList::DialCodes),
                ..rule(CustomerField::PhoneDialCode, FieldFormat::DialCode)
            },
            FieldRule {
                min_length: Some(5),
                max_length: Some(15),
                ..rule(CustomerField::PhoneNumber, FieldFormat::PhoneNumber)
            },
            FieldRule {
                allowed: ["DE", "JP", "LT"].map(str::to_owned).to_vec(),
                reference: Some(ReferenceList::Regions),
                ..rule(CustomerField::AddressCountry, FieldFormat::Country)
            },
            FieldRule {
                reference: Some(ReferenceList::Cities),
                ..rule(CustomerField::AddressCity, FieldFormat::Text)
            },
            FieldRule {
                denied: vec!["KP".to_owned()],
                ..rule(CustomerField::Nationality, FieldFormat::Country)
            },
            FieldRule {
                required: false,
                reference: Some(ReferenceList::Occupations),
                ..rule(CustomerField::Occupation, FieldFormat::Text)
            },
            rule(CustomerField::IdentityFront, FieldFormat::Document),
        ],
        max_cards: Some(3),
        takes_share_token: false,
    }
}

fn rule(field: CustomerField, format: FieldFormat) -> FieldRule {
    FieldRule {
        field,
        required: true,
        format,
        min_length: None,
        max_length: None,
        pattern: None,
        allowed: Vec::new(),
        denied: Vec::new(),
        reference: None,
        joint_length: None,
    }
}

fn name(field: CustomerField, other: CustomerField) -> FieldRule {
    FieldRule {
        min_length: Some(2),
        max_length: Some(NAME_MAX),
        pattern: Some("^[A-Za-z]+$".to_owned()),
        joint_length: Some(JointLength {
            with: other,
            max: NAME_MAX,
        }),
        ..rule(field, FieldFormat::Text)
    }
}
