//! From bfinance's words to the domain's. Pure, and never a guess: a status nobody documented is an
//! error with an unknown outcome.

pub mod card;
pub mod card_type;
pub mod controls;
pub mod country;
pub mod customer;
pub mod dispute;
pub mod transaction;

use cardmux_domain::money::Currency;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{ErrorKind, OperationReport, ProviderError, Reported};
use cardmux_provider_kit::redact;

/// The envelope's word for "done" (D), which is all that most changes are answered with.
const DONE: &str = "success";

/// A change that is done when it is answered: bfinance has no orders.
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

pub fn currency(code: &str) -> Result<Currency, ProviderError> {
    code.to_uppercase()
        .parse()
        .map_err(|_| unknown_word("currency", code))
}

pub fn malformed(what: &str) -> ProviderError {
    ProviderError::unknown(ErrorKind::Malformed, format!("bfinance sent {what}"))
}

pub fn unknown_word(what: &str, word: &str) -> ProviderError {
    malformed(&format!("an unknown {what}"))
        .with_provider(None, Some(redact::provider_message(word)))
}

/// Something that is refused before it is sent.
pub fn refused(why: &str) -> ProviderError {
    ProviderError::not_sent(ErrorKind::Refused, why)
}
