//! Challenges: one-time codes, approval links and activation codes on their way to a cardholder.

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::money::Money;
use crate::secret::SecretString;
use crate::time::Timestamp;

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    serde::Serialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ChallengeKind {
    /// A one-time password of 3-D Secure, to be shown to the cardholder.
    Otp,
    /// A link under which the cardholder approves.
    ApprovalUrl,
    /// The code that activates a physical card.
    ActivationCode,
}

/// That there is a challenge, without what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct ChallengeNotice {
    /// The provider's id of it.
    pub challenge_ref: String,
    pub card_ref: String,
    pub kind: ChallengeKind,
    /// What the cardholder is asked to approve.
    pub amount: Option<Money>,
    pub merchant_name: Option<String>,
    pub created_at: Timestamp,
    /// Where the provider says until when it is of use.
    pub expires_at: Option<Timestamp>,
}

/// A challenge with its secret. Never stored: read at the provider when it is asked for.
#[derive(Debug, Clone)]
pub struct Challenge {
    pub notice: ChallengeNotice,
    pub value: SecretString,
}
