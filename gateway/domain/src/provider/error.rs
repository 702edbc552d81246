use std::time::Duration;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What is known to have happened at the provider.
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
pub enum Outcome {
    /// It was never handed over: bad settings, encoding, no connection.
    NotSent,
    /// The provider answered, readably, that it did nothing.
    Rejected,
    /// Everything else: timeouts, resets, 5xx, a 2xx that cannot be read.
    Unknown,
}

/// What went wrong. Says nothing about whether it happened: that is [`Outcome`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum ErrorKind {
    /// The instance's settings cannot work.
    Settings,
    /// The provider does not accept our credentials or signature.
    Unauthorized,
    /// No connection could be made.
    Unreachable,
    /// Connected, but the answer did not come or broke off.
    Interrupted,
    /// The time ran out.
    Timeout,
    /// The provider asks to slow down.
    RateLimited,
    /// The provider failed in itself.
    Unavailable,
    /// An answer that does not fit the provider's documents, or whose signature is wrong.
    Malformed,
    /// Refused for a reason of business.
    Refused,
    /// The account that pays has too little.
    InsufficientFunds,
    /// The thing asked about does not exist there.
    NotFound,
    /// The reference was used before: the first call arrived, its answer has to be looked up. Always
    /// with [`Outcome::Unknown`]: the refusal is of the repetition, not of the request.
    DuplicateReference,
    /// The gateway's own bound: circuit open, too many calls at once.
    Overloaded,
}

/// A failed provider call.
///
/// `Display` is safe to show to a client. The source chain is for logs; neither holds secrets.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    pub kind: ErrorKind,
    pub outcome: Outcome,
    pub message: String,
    pub retry_after: Option<Duration>,
    /// The provider's own code, as text.
    pub provider_code: Option<String>,
    /// The provider's own words, bounded by the adapter.
    pub provider_message: Option<String>,
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ProviderError {
    /// An error of which nothing is known to have been refused: the default is `Unknown`.
    pub fn unknown(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(kind, Outcome::Unknown, message)
    }

    pub fn not_sent(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(kind, Outcome::NotSent, message)
    }

    pub fn rejected(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(kind, Outcome::Rejected, message)
    }

    pub fn new(kind: ErrorKind, outcome: Outcome, message: impl Into<String>) -> Self {
        Self {
            kind,
            outcome,
            message: message.into(),
            retry_after: None,
            provider_code: None,
            provider_message: None,
            source: None,
        }
    }

    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    #[must_use]
    pub fn with_retry_after(mut self, after: Option<Duration>) -> Self {
        self.retry_after = after;
        self
    }

    /// The provider's own code and words.
    #[must_use]
    pub fn with_provider(mut self, code: Option<String>, message: Option<String>) -> Self {
        self.provider_code = code;
        self.provider_message = message;
        self
    }
}
