//! Cardholders: what is sent of a profile, and what a review came to.

use cardmux_domain::customer::{CustomerField, Profile};
use cardmux_domain::enrolment::EnrolmentStatus;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{EnrolmentSnapshot, OperationReport, ProviderError, Reported};
use cardmux_provider_kit::redact;

use super::{malformed, unknown_word};
use crate::map::form;
use crate::wire::holder::{Holder, KycVerification, Person};

/// The fields of the form, and no other: what a form does not ask for is not told.
pub fn person<'a>(profile: &'a Profile, model: &str) -> Person<'a> {
    let mut person = Person::default();
    for (field, value) in profile.iter() {
        if !form::asks(model, field) {
            continue;
        }
        let value = Some(value);
        match field {
            CustomerField::FirstName => person.first_name = value,
            CustomerField::LastName => person.last_name = value,
            CustomerField::BirthDate => person.birthday = value,
            CustomerField::Email => person.email = value,
            // The holder's `areaCode` is the dial code (F-doc).
            CustomerField::PhoneDialCode => person.area_code = value,
            CustomerField::PhoneNumber => person.mobile = value,
            CustomerField::AddressCountry => person.country = value,
            CustomerField::AddressCity => person.town = value,
            CustomerField::AddressLine1 => person.address = value,
            CustomerField::AddressPostalCode => person.post_code = value,
            CustomerField::Nationality => person.nationality = value,
            CustomerField::Gender => person.gender = value,
            CustomerField::Occupation => person.occupation = value,
            CustomerField::AnnualIncome => person.annual_salary = value,
            CustomerField::AccountPurpose => person.account_purpose = value,
            CustomerField::ExpectedMonthlyVolume => person.expected_monthly_volume = value,
            CustomerField::IdentityKind => person.id_type = value,
            CustomerField::IdentityNumber => person.id_number = value,
            CustomerField::IdentityIssuedOn => person.issue_date = value,
            CustomerField::IdentityExpiresOn => person.id_no_expiry_date = value,
            CustomerField::IdentityFront => person.id_front_id = value,
            CustomerField::IdentityBack => person.id_back_id = value,
            CustomerField::IdentitySelfie => person.id_hold_id = value,
            CustomerField::IpAddress => person.ip_address = value,
            CustomerField::VerificationProvider => kyc(&mut person).provider = value,
            CustomerField::VerificationReference => kyc(&mut person).reference_id = value,
            // No form of FinCard's asks for them.
            CustomerField::CompanyName | CustomerField::CompanyRegistrationNumber => {}
        }
    }
    person
}

fn kyc<'a, 'p>(person: &'p mut Person<'a>) -> &'p mut KycVerification<'a> {
    person
        .kyc_verification
        .get_or_insert_with(KycVerification::default)
}

/// The operation is done once there is a holder; what the review comes to is the enrolment's story.
pub fn report(
    holder: Holder,
    kind: OperationKind,
    reference: &Reference,
) -> Result<OperationReport, ProviderError> {
    let enrolment = snapshot(holder)?;
    Ok(OperationReport {
        reference: Some(reference.clone()),
        kind: Some(kind),
        reported: Reported::Succeeded,
        provider_status: enrolment.provider_status.clone(),
        provider_ref: None,
        subject_ref: Some(enrolment.enrolment_ref.clone()),
        amount: None,
        fee: None,
        received: None,
        occurred_at: None,
        enrolment: Some(enrolment),
    })
}

pub fn snapshot(holder: Holder) -> Result<EnrolmentSnapshot, ProviderError> {
    let Holder {
        holder_id,
        cardholder_id,
        merchant_order_no: _,
        card_type_id,
        status_flow_location,
        status,
        description,
        resp_msg,
    } = holder;
    let enrolment_ref = holder_id
        .or(cardholder_id)
        .ok_or_else(|| malformed("a cardholder without id"))?;
    let word = status.ok_or_else(|| malformed("a cardholder without status"))?;
    let status = status_of(&word, status_flow_location.as_deref())?;
    let refused = match status {
        EnrolmentStatus::ActionRequired | EnrolmentStatus::Rejected => true,
        EnrolmentStatus::Pending
        | EnrolmentStatus::InReview
        | EnrolmentStatus::Approved
        | EnrolmentStatus::Suspended => false,
    };
    // Of an approved one it says SUCCESS (F-doc), which is no reason.
    let reason = description.or(resp_msg).filter(|_| refused);
    Ok(EnrolmentSnapshot {
        enrolment_ref,
        card_type_ref: card_type_id,
        status,
        provider_status: word,
        review_stage: status_flow_location,
        reason: reason.as_deref().map(redact::provider_message),
        action_url: None,
        step_due: false,
    })
}

/// Holder statuses (F-doc). A refusal by the platform can be mended, one by the bank cannot (W-doc,
/// W-int).
fn status_of(word: &str, location: Option<&str>) -> Result<EnrolmentStatus, ProviderError> {
    match word.to_lowercase().as_str() {
        "wait_audit" => Ok(EnrolmentStatus::Pending),
        "under_review" => Ok(EnrolmentStatus::InReview),
        "pass_audit" => Ok(EnrolmentStatus::Approved),
        "reject" => match location.map(str::to_lowercase).as_deref() {
            Some("admin") => Ok(EnrolmentStatus::ActionRequired),
            Some("channel") => Ok(EnrolmentStatus::Rejected),
            other => Err(unknown_word("review stage", other.unwrap_or_default())),
        },
        _ => Err(unknown_word("cardholder status", word)),
    }
}
