use super::{OperationReport, ProviderError, SignatureKind, TransactionReport};
use crate::authorization::AuthorizationNotice;
use crate::card::CardStatus;
use crate::challenge::ChallengeNotice;
use crate::operation::Reference;

/// An inbound webhook as it came: header names in lower case, the body untouched.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
}

impl<'a> Delivery<'a> {
    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A delivery whose origin is proven (or, with [`SignatureKind::None`], assumed by the allow-list).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedDelivery {
    /// Equal for deliveries of one and the same fact, so that it is stored once.
    pub identity: String,
    /// The provider's word for what this is about.
    pub category: String,
    /// What may be kept of the body, where that is not all of it: codes on their way to a
    /// cardholder are never stored. [`Webhooks::translate`] understands it as it does the whole.
    pub retained: Option<Vec<u8>>,
}

/// Why a delivery is not believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WebhookRefused {
    #[error("the signature header is missing")]
    MissingSignature,
    #[error("the signature does not fit the body")]
    BadSignature,
    #[error("the body is not what this provider sends")]
    Malformed,
    #[error("no key to verify with is configured")]
    NoKey,
    #[error("this address is not in the instance's `webhook_networks`")]
    ForeignNetwork,
}

/// What a delivery says, in our words.
#[derive(Debug, Clone, PartialEq)]
pub enum ProviderEvent {
    Operation(Box<OperationReport>),
    /// The provider changed the card by itself.
    CardStatus {
        card_ref: String,
        status: CardStatus,
        provider_status: String,
    },
    Transaction(Box<TransactionReport>),
    /// What became of an authorization we were, or were not, asked about. Of such providers the
    /// gateway makes the transactions itself.
    Authorization(Box<AuthorizationNotice>),
    /// Something waits for the cardholder.
    Challenge(Box<ChallengeNotice>),
    /// The review of an enrolment went on. A hint: the enrolment is read again.
    Enrolment {
        enrolment_ref: Option<String>,
        reference: Option<Reference>,
    },
    /// Something may have changed; nothing in it is believed: what it names is read again.
    Hint {
        card_ref: Option<String>,
        enrolment_ref: Option<String>,
        dispute_ref: Option<String>,
    },
    /// Stored, counted, acknowledged; nothing is done about it.
    Unrecognised {
        category: String,
    },
}

/// What the provider wants to read as "received".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    pub content_type: &'static str,
    pub body: &'static str,
}

/// Inbound webhooks: verify at the door, translate later.
pub trait Webhooks: Send + Sync {
    /// Which signature protects deliveries to this instance.
    fn signature(&self) -> SignatureKind;

    /// Prove where a delivery comes from, over the raw bytes.
    ///
    /// # Behaviour
    /// - `webhook_with_a_valid_signature_is_accepted`
    /// - `webhook_with_a_changed_byte_is_refused`
    /// - `webhook_sent_twice_has_one_identity`
    /// - `webhook_with_a_code_is_kept_without_it`
    fn verify(&self, delivery: &Delivery<'_>) -> Result<VerifiedDelivery, WebhookRefused>;

    /// Say what a verified delivery means. Pure: the same bytes give the same events.
    ///
    /// # Behaviour
    /// - `webhook_of_an_unknown_kind_is_unrecognised`
    /// - `webhooks_of_a_purchase_tell_its_life_cycle`
    /// - `webhook_of_an_enrolment_names_it`
    /// - `webhook_of_a_challenge_tells_it_without_its_value`
    /// - `webhook_without_a_signature_is_only_a_hint`
    /// - `webhooks_of_an_authorization_tell_its_steps`
    fn translate(&self, category: &str, body: &[u8]) -> Result<Vec<ProviderEvent>, ProviderError>;

    fn acknowledgement(&self) -> Acknowledgement;
}
