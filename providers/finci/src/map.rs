//! From FINCI's words to the domain's, and back. Pure, and never a guess.

pub mod card;
pub mod card_type;
pub mod customer;
pub mod enrolment;
pub mod message;

use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{ErrorKind, OperationReport, ProviderError, Reported};

/// The envelope's word for "done" (D), which is all that changes are answered with.
const DONE: &str = "success";

/// A change that is done when it is answered: calls are synchronous (D).
pub fn done(kind: OperationKind, reference: &Reference, subject_ref: &str) -> OperationReport {
    OperationReport {
        reference: Some(reference.clone()),
        kind: Some(kind),
        reported: Reported::Succeeded,
        provider_status: DONE.to_owned(),
        provider_ref: None,
        subject_ref: Some(subject_ref.to_owned()),
        amount: None,
        fee: None,
        received: None,
        occurred_at: None,
        enrolment: None,
    }
}

pub fn malformed(what: &str) -> ProviderError {
    ProviderError::unknown(ErrorKind::Malformed, format!("FINCI sent {what}"))
}

/// Something that is refused before it is sent.
pub fn refused(why: &str) -> ProviderError {
    ProviderError::not_sent(ErrorKind::Refused, why)
}

/// Something FINCI answered, and did nothing.
pub fn rejected(why: &str) -> ProviderError {
    ProviderError::rejected(ErrorKind::Refused, why)
}
