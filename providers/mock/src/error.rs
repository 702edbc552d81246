//! The refusals of the mock.

use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};

/// The provider's word for a refusal and the kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    UnknownCard,
    UnknownType,
    TypeOffline,
    CardholderNeeded,
    BadAmount,
    BadStatus,
    TooLittleLeft,
    DuplicateReference,
}

impl Refusal {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::UnknownCard => "unknown_card",
            Self::UnknownType => "unknown_type",
            Self::TypeOffline => "type_offline",
            Self::CardholderNeeded => "cardholder_needed",
            Self::BadAmount => "bad_amount",
            Self::BadStatus => "bad_status",
            Self::TooLittleLeft => "too_little_left",
            Self::DuplicateReference => "duplicate_reference",
        }
    }

    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::UnknownCard => "there is no such card",
            Self::UnknownType => "there is no such card type",
            Self::TypeOffline => "the card type is offline",
            Self::CardholderNeeded => "the card type needs a cardholder",
            Self::BadAmount => "the amount is outside the rules of the card type",
            Self::BadStatus => "the card's status does not allow this",
            Self::TooLittleLeft => "the card holds too little",
            Self::DuplicateReference => "the reference was used before",
        }
    }

    fn kind(self) -> ErrorKind {
        match self {
            Self::UnknownCard | Self::UnknownType => ErrorKind::NotFound,
            Self::TooLittleLeft => ErrorKind::InsufficientFunds,
            Self::DuplicateReference => ErrorKind::DuplicateReference,
            Self::TypeOffline | Self::CardholderNeeded | Self::BadAmount | Self::BadStatus => {
                ErrorKind::Refused
            }
        }
    }
}

impl From<Refusal> for ProviderError {
    fn from(refusal: Refusal) -> Self {
        let outcome = match refusal {
            // Whoever used the reference before, it arrived: "nothing was done" would be a lie about
            // the operation that bears it. Its fate has to be looked up.
            Refusal::DuplicateReference => Outcome::Unknown,
            Refusal::UnknownCard
            | Refusal::UnknownType
            | Refusal::TypeOffline
            | Refusal::CardholderNeeded
            | Refusal::BadAmount
            | Refusal::BadStatus
            | Refusal::TooLittleLeft => Outcome::Rejected,
        };
        Self::new(refusal.kind(), outcome, refusal.message()).with_provider(
            Some(refusal.code().to_owned()),
            Some(refusal.message().to_owned()),
        )
    }
}
