//! Customers: what is sent of a profile, and what their verification and their access to a card type
//! come to together.

use cardmux_domain::card_type::EnrolmentForm;
use cardmux_domain::customer::CustomerField;
use cardmux_domain::customer::form::{FieldFormat, FieldRule};
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::provider::{EnrolmentSnapshot, ProviderError};
use cardmux_provider_kit::redact;

use super::{malformed, refused, unknown_word};
use crate::settings::{CustomerForm, CustomerShape};
use crate::wire::customer::{Access, Customer};
use crate::wire::path;

/// What access is asked for, and listed under (D).
pub const CARDS: &str = "cards";

const INDIVIDUAL: [(CustomerField, FieldFormat); 11] = [
    (CustomerField::FirstName, FieldFormat::Text),
    (CustomerField::LastName, FieldFormat::Text),
    (CustomerField::BirthDate, FieldFormat::PastDate),
    (CustomerField::Nationality, FieldFormat::Country),
    (CustomerField::Email, FieldFormat::Email),
    (CustomerField::PhoneDialCode, FieldFormat::DialCode),
    (CustomerField::PhoneNumber, FieldFormat::PhoneNumber),
    (CustomerField::AddressCountry, FieldFormat::Country),
    (CustomerField::AddressCity, FieldFormat::Text),
    (CustomerField::AddressLine1, FieldFormat::Text),
    (CustomerField::AddressPostalCode, FieldFormat::Text),
];

/// The form: in the newer shape nothing of it is required (S2), the hosted verification asks for
/// the rest; in the older one all of it is (S1). What a business tells is documented nowhere.
pub fn form(form: CustomerForm, shape: CustomerShape) -> EnrolmentForm {
    let required = shape == CustomerShape::Old;
    let fields = INDIVIDUAL.into_iter().map(|(field, format)| FieldRule {
        field,
        required,
        format,
        min_length: None,
        max_length: None,
        pattern: None,
        allowed: Vec::new(),
        denied: Vec::new(),
        reference: None,
        joint_length: None,
    });
    EnrolmentForm {
        name: form.word().to_owned(),
        fields: fields.collect(),
        max_cards: None,
        // S2, S1: of Sumsub.
        takes_share_token: true,
    }
}

/// An enrolment is a customer and the card type it is to have access to.
pub struct EnrolmentKey<'a> {
    pub customer_id: &'a str,
    pub type_id: &'a str,
}

impl<'a> EnrolmentKey<'a> {
    pub fn of(enrolment_ref: &'a str) -> Result<Self, ProviderError> {
        let (customer_id, type_id) = enrolment_ref
            .split_once(':')
            .ok_or_else(|| refused("this is no enrolment of bfinance's"))?;
        Ok(Self {
            customer_id: path::checked(customer_id)?,
            type_id,
        })
    }
}

pub fn enrolment_ref(customer_id: &str, type_id: &str) -> String {
    format!("{customer_id}:{type_id}")
}

/// Where the access of a customer to a card type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    Missing,
    Requested,
    Granted,
    Rejected,
}

/// Access statuses (D).
pub fn grant(word: &str) -> Result<Grant, ProviderError> {
    match word.to_lowercase().as_str() {
        "requested" => Ok(Grant::Requested),
        "granted" => Ok(Grant::Granted),
        "rejected" => Ok(Grant::Rejected),
        _ => Err(unknown_word("access status", word)),
    }
}

/// The access to this card type. An entry that names no type counts: `cardType` is optional there
/// (D), and another request could be billed. Of several, the one that lets most through counts,
/// because a new request after a refusal may be listed beside it.
pub fn access<'c>(
    customer: &'c Customer,
    type_id: &str,
) -> Result<(Grant, Option<&'c Access>), ProviderError> {
    let mut found = (Grant::Missing, None);
    for access in &customer.features_access {
        let cards = access.kind.as_deref() == Some(CARDS);
        let own = access.card_type.as_deref().is_none_or(|own| own == type_id);
        if !(cards && own) {
            continue;
        }
        let word = access.status.as_deref();
        let grant = grant(word.ok_or_else(|| malformed("an access without status"))?)?;
        if rank(grant) > rank(found.0) {
            found = (grant, Some(access));
        }
    }
    Ok(found)
}

fn rank(grant: Grant) -> u8 {
    match grant {
        Grant::Missing => 0,
        Grant::Rejected => 1,
        Grant::Requested => 2,
        Grant::Granted => 3,
    }
}

/// Whether bfinance may wait for questionnaires: not of customers it has decided about.
pub fn is_undecided(customer: &Customer) -> bool {
    let word = customer.status.as_deref().unwrap_or_default();
    !["active", "rejected"].contains(&word.to_lowercase().as_str())
}

/// `outstanding`: names of questionnaires that are not answered yet.
pub fn snapshot(
    customer: &Customer,
    type_id: &str,
    outstanding: &[String],
) -> Result<EnrolmentSnapshot, ProviderError> {
    let id = customer.id.as_deref();
    let id = id.ok_or_else(|| malformed("a customer without id"))?;
    let word = customer.status.as_deref();
    let word = word.ok_or_else(|| malformed("a customer without status"))?;
    let (grant, access) = access(customer, type_id)?;
    let mut status = status_of(word, grant, customer.can_resubmit == Some(true))?;
    let refused = match grant {
        Grant::Rejected => access.map(|access| access.rejection_reasons.as_slice()),
        Grant::Missing | Grant::Requested | Grant::Granted => None,
    };
    let mut reasons = match status {
        EnrolmentStatus::Rejected | EnrolmentStatus::ActionRequired => [
            customer.rejection_reasons.as_slice(),
            refused.unwrap_or_default(),
        ]
        .concat(),
        EnrolmentStatus::Pending
        | EnrolmentStatus::InReview
        | EnrolmentStatus::Approved
        | EnrolmentStatus::Suspended => Vec::new(),
    };
    let open = status == EnrolmentStatus::InReview || status == EnrolmentStatus::ActionRequired;
    if open && !outstanding.is_empty() {
        status = EnrolmentStatus::ActionRequired;
        reasons.push(format!(
            "questionnaires to be answered: {}",
            outstanding.join(", ")
        ));
    }
    let active = word.eq_ignore_ascii_case("active");
    let url = customer
        .sumsub
        .as_ref()
        .and_then(|sumsub| sumsub.url.clone());
    Ok(EnrolmentSnapshot {
        enrolment_ref: enrolment_ref(id, type_id),
        card_type_ref: Some(type_id.to_owned()),
        status,
        provider_status: provider_status(word, grant, access),
        review_stage: Some(if active { "access" } else { "verification" }.to_owned()),
        reason: (!reasons.is_empty()).then(|| redact::provider_message(&reasons.join("; "))),
        // A verified customer has nothing to do there.
        action_url: url.filter(|_| !active),
        step_due: active && grant == Grant::Missing,
    })
}

/// The customer's word, and of a verified one also the access's.
fn provider_status(word: &str, grant: Grant, access: Option<&Access>) -> String {
    match (grant, access.and_then(|access| access.status.as_deref())) {
        (Grant::Missing, _) | (_, None) => word.to_owned(),
        (Grant::Requested | Grant::Granted | Grant::Rejected, Some(own)) => format!("{word}/{own}"),
    }
}

/// Customer statuses (D). Extra checks (`on_hold`) suspend only whom cards could be issued to
/// before; of anybody else they are part of the review.
fn status_of(
    word: &str,
    grant: Grant,
    can_resubmit: bool,
) -> Result<EnrolmentStatus, ProviderError> {
    match word.to_lowercase().as_str() {
        "active" => Ok(match grant {
            Grant::Granted => EnrolmentStatus::Approved,
            Grant::Rejected => EnrolmentStatus::Rejected,
            Grant::Missing | Grant::Requested => EnrolmentStatus::InReview,
        }),
        "pending" | "update_requested" => Ok(EnrolmentStatus::InReview),
        "needs_information" => Ok(EnrolmentStatus::ActionRequired),
        // S1: some refusals can be mended.
        "rejected" if can_resubmit => Ok(EnrolmentStatus::ActionRequired),
        "rejected" => Ok(EnrolmentStatus::Rejected),
        "on_hold" => Ok(match grant {
            Grant::Granted => EnrolmentStatus::Suspended,
            Grant::Missing | Grant::Requested | Grant::Rejected => EnrolmentStatus::InReview,
        }),
        _ => Err(unknown_word("customer status", word)),
    }
}

#[cfg(test)]
mod tests;
