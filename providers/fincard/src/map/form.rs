//! The form of a card type: every documented rule of a cardholder's fields as data (dossier section
//! 6.2, F-doc and W-int).

use cardmux_domain::card_type::EnrolmentForm;
use cardmux_domain::customer::CustomerField;
use cardmux_domain::customer::form::{FieldFormat, FieldRule, JointLength, ReferenceList};
use cardmux_domain::provider::ProviderError;

use super::unknown_word;
use crate::wire::card_type::CardType;

/// Codes of FinCard's: "short" and "full KYC"; not company and individual (F-doc).
const SHORT: &str = "B2B";
const FULL: &str = "B2C";

/// Where nobody may live or come from (W-int, F-int).
const RESTRICTED: [&str; 20] = [
    "CU", "KP", "EG", "IR", "MM", "NG", "RU", "BY", "ZA", "SY", "UA", "VE", "SD", "SS", "LY", "BI",
    "CF", "SO", "ZW", "AF",
];

/// The card type whose holders must have been verified elsewhere before (W-int).
const VERIFIED_ELSEWHERE: &str = "111065";

const WORDS: &str = "^[A-Za-z]+( [A-Za-z]+)*$";
const ADDRESS: &str = r"^[A-Za-z0-9\- ]+$";
const POSTAL_CODE: &str = "^[A-Za-z0-9]+$";
/// "English text": what ASCII can print.
const ENGLISH: &str = "^[ -~]+$";

/// First and last name with the blank between them.
const NAMES_MAX: u32 = 32;

/// `None` where the type names no form: then nothing is known about its holders.
pub fn form(card_type: &CardType) -> Result<Option<EnrolmentForm>, ProviderError> {
    let Some(metadata) = &card_type.metadata else {
        return Ok(None);
    };
    let Some(model) = &metadata.card_holder_model else {
        return Ok(None);
    };
    let mut fields = short(card_type);
    if model == FULL {
        fields.extend(identity(card_type));
        fields.extend(documents());
    } else if model != SHORT {
        return Err(unknown_word("cardholder form", model));
    }
    Ok(Some(EnrolmentForm {
        name: model.clone(),
        fields,
        takes_share_token: false,
        max_cards: metadata
            .card_holder_max_card_limit
            .and_then(|limit| u32::try_from(limit).ok()),
    }))
}

/// Whether a form has that field. Of a form nobody knows, everything is passed on.
pub fn asks(model: &str, field: CustomerField) -> bool {
    model != SHORT || SHORT_FIELDS.contains(&field)
}

const SHORT_FIELDS: [CustomerField; 10] = [
    CustomerField::PhoneDialCode,
    CustomerField::PhoneNumber,
    CustomerField::Email,
    CustomerField::FirstName,
    CustomerField::LastName,
    CustomerField::BirthDate,
    CustomerField::AddressCountry,
    CustomerField::AddressCity,
    CustomerField::AddressLine1,
    CustomerField::AddressPostalCode,
];

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

fn sized(field: CustomerField, format: FieldFormat, min: u32, max: u32) -> FieldRule {
    FieldRule {
        min_length: Some(min),
        max_length: Some(max),
        ..rule(field, format)
    }
}

fn patterned(field: CustomerField, pattern: &str, min: u32, max: u32) -> FieldRule {
    FieldRule {
        pattern: Some(pattern.to_owned()),
        ..sized(field, FieldFormat::Text, min, max)
    }
}

fn name(field: CustomerField, other: CustomerField) -> FieldRule {
    FieldRule {
        joint_length: Some(JointLength {
            with: other,
            max: NAMES_MAX,
        }),
        ..patterned(field, WORDS, 2, 32)
    }
}

fn country(field: CustomerField, allowed: &[String]) -> FieldRule {
    FieldRule {
        allowed: allowed.to_vec(),
        denied: RESTRICTED.map(str::to_owned).to_vec(),
        reference: Some(ReferenceList::Regions),
        ..rule(field, FieldFormat::Country)
    }
}

fn choice(field: CustomerField, words: &[&str]) -> FieldRule {
    FieldRule {
        allowed: words.iter().map(|word| (*word).to_owned()).collect(),
        ..rule(field, FieldFormat::Text)
    }
}

fn coded(field: CustomerField, list: ReferenceList) -> FieldRule {
    FieldRule {
        reference: Some(list),
        ..rule(field, FieldFormat::Text)
    }
}

/// What both forms ask.
fn short(card_type: &CardType) -> Vec<FieldRule> {
    use CustomerField as F;
    let dial_code = FieldRule {
        allowed: card_type.support_holder_area_code.clone(),
        reference: Some(ReferenceList::DialCodes),
        ..sized(F::PhoneDialCode, FieldFormat::DialCode, 2, 5)
    };
    vec![
        dial_code,
        sized(F::PhoneNumber, FieldFormat::PhoneNumber, 5, 20),
        sized(F::Email, FieldFormat::Email, 5, 50),
        name(F::FirstName, F::LastName),
        name(F::LastName, F::FirstName),
        rule(F::BirthDate, FieldFormat::PastDate),
        country(F::AddressCountry, &card_type.support_holder_regin),
        // The code of a city, never its name (W-prod).
        coded(F::AddressCity, ReferenceList::Cities),
        patterned(F::AddressLine1, ADDRESS, 2, 40),
        patterned(F::AddressPostalCode, POSTAL_CODE, 2, 15),
    ]
}

/// What the full form asks about the person.
fn identity(card_type: &CardType) -> Vec<FieldRule> {
    use CustomerField as F;
    let purpose = FieldRule {
        pattern: Some(ENGLISH.to_owned()),
        ..rule(F::AccountPurpose, FieldFormat::Text)
    };
    let verified = card_type.card_type_id == VERIFIED_ELSEWHERE;
    let verification = [
        choice(F::VerificationProvider, &["SUMSUB"]),
        rule(F::VerificationReference, FieldFormat::Text),
    ];
    let mut rules = vec![
        country(F::Nationality, &card_type.support_holder_nationality),
        choice(F::Gender, &["M", "F"]),
        coded(F::Occupation, ReferenceList::Occupations),
        rule(F::AnnualIncome, FieldFormat::Money),
        purpose,
        rule(F::ExpectedMonthlyVolume, FieldFormat::Money),
        choice(
            F::IdentityKind,
            &["PASSPORT", "HK_HKID", "DLN", "GOVERNMENT_ISSUED_ID_CARD"],
        ),
        sized(F::IdentityNumber, FieldFormat::Text, 2, 50),
        rule(F::IdentityIssuedOn, FieldFormat::PastDate),
        rule(F::IdentityExpiresOn, FieldFormat::FutureDate),
        // W-int; F-ref's list does not have it (dossier section 11, no. 17).
        rule(F::IpAddress, FieldFormat::Ipv4),
    ];
    rules.extend(verification.map(|rule| FieldRule {
        required: verified,
        ..rule
    }));
    rules
}

/// The back is compulsory too: of a document without one the front is given twice (F-doc), which is
/// the client's choice. The picture of the holder is W-int's.
fn documents() -> [FieldRule; 3] {
    [
        CustomerField::IdentityFront,
        CustomerField::IdentityBack,
        CustomerField::IdentitySelfie,
    ]
    .map(|field| rule(field, FieldFormat::Document))
}

#[cfg(test)]
mod tests;
