//! The refusals of the mock.

use cardmux_domain::operation::Failure;
use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};

/// Why the mock does not do what it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    UnknownCard,
    UnknownType,
    UnknownEnrolment,
    UnknownAccount,
    UnknownTransaction,
    UnknownDispute,
    TypeOffline,
    CardholderNeeded,
    CardholderNotApproved,
    TooManyCards,
    BudgetNeeded,
    BadCardNumber,
    BadForm,
    BadAmount,
    BadStatus,
    BadControls,
    BadPin,
    BadCode,
    NotOfThisType,
    TooLittleLeft,
    DuplicateReference,
}

impl Refusal {
    /// The provider's word for it.
    pub(crate) fn code(self) -> &'static str {
        self.texts().0
    }

    pub(crate) fn message(self) -> &'static str {
        self.texts().1
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownCard => ("unknown_card", "there is no such card"),
            Self::UnknownType => ("unknown_type", "there is no such card type"),
            Self::UnknownEnrolment => ("unknown_enrolment", "there is no such enrolment"),
            Self::UnknownAccount => ("unknown_account", "there is no such account"),
            Self::UnknownTransaction => ("unknown_transaction", "there is no such transaction"),
            Self::UnknownDispute => ("unknown_dispute", "there is no such dispute"),
            Self::TypeOffline => ("type_offline", "the card type is offline"),
            Self::CardholderNeeded => ("cardholder_needed", "the card type needs a cardholder"),
            Self::CardholderNotApproved => {
                ("cardholder_not_approved", "the cardholder is not approved")
            }
            Self::TooManyCards => ("too_many_cards", "the cardholder has too many cards"),
            Self::BudgetNeeded => ("budget_needed", "a budget in the card's currency is needed"),
            Self::BadCardNumber => (
                "bad_card_number",
                "the number is not that of an unused card of the type",
            ),
            Self::BadForm => ("bad_form", "the form is not filled in as it should be"),
            Self::BadAmount => (
                "bad_amount",
                "the amount is outside the rules of the card type",
            ),
            Self::BadStatus => ("bad_status", "its status does not allow this"),
            Self::BadControls => ("bad_controls", "the card type does not take these controls"),
            Self::BadPin => ("bad_pin", "the PIN is not acceptable"),
            Self::BadCode => ("bad_code", "the activation code is not the one sent"),
            Self::NotOfThisType => ("not_of_this_type", "the card type does not do this"),
            Self::TooLittleLeft => ("too_little_left", "there is too little left"),
            Self::DuplicateReference => ("duplicate_reference", "the reference was used before"),
        }
    }

    fn kind(self) -> ErrorKind {
        match self {
            Self::UnknownCard
            | Self::UnknownType
            | Self::UnknownEnrolment
            | Self::UnknownAccount
            | Self::UnknownTransaction
            | Self::UnknownDispute => ErrorKind::NotFound,
            Self::TooLittleLeft => ErrorKind::InsufficientFunds,
            Self::DuplicateReference => ErrorKind::DuplicateReference,
            Self::TypeOffline
            | Self::CardholderNeeded
            | Self::CardholderNotApproved
            | Self::TooManyCards
            | Self::BudgetNeeded
            | Self::BadCardNumber
            | Self::BadForm
            | Self::BadAmount
            | Self::BadStatus
            | Self::BadControls
            | Self::BadPin
            | Self::BadCode
            | Self::NotOfThisType => ErrorKind::Refused,
        }
    }

    /// The same, of an operation that was accepted first.
    pub(crate) fn failure(self) -> Failure {
        Failure {
            code: "provider_refused".to_owned(),
            message: self.message().to_owned(),
            outcome: Outcome::Rejected,
            provider_code: Some(self.code().to_owned()),
            provider_message: Some(self.message().to_owned()),
        }
    }
}

impl From<Refusal> for ProviderError {
    fn from(refusal: Refusal) -> Self {
        let kind = refusal.kind();
        // Whoever used the reference before, it arrived: "nothing was done" would be a lie about
        // the operation that bears it. Its fate has to be looked up.
        let outcome = if kind == ErrorKind::DuplicateReference {
            Outcome::Unknown
        } else {
            Outcome::Rejected
        };
        Self::new(kind, outcome, refusal.message()).with_provider(
            Some(refusal.code().to_owned()),
            Some(refusal.message().to_owned()),
        )
    }
}
