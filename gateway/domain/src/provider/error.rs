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
    /// A refusal that is this provider's alone (a type sold out, a quota used up): another one may
    /// serve the same request. The adapter knows by the code; see [`Self::another_may_serve`].
    pub elsewhere: bool,
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
            elsewhere: false,
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

    /// A refusal that says nothing about what another provider would do.
    #[must_use]
    pub fn only_here(mut self) -> Self {
        self.elsewhere = true;
        self
    }

    /// Whether the same request may be given to another provider: it certainly did nothing here, and
    /// not for a reason that lies in the request.
    pub fn another_may_serve(&self) -> bool {
        match (self.outcome, self.kind) {
            (Outcome::Unknown, _) => false,
            (Outcome::NotSent, _) => true,
            (Outcome::Rejected, kind) => match kind {
                // The account that pays is ours at this provider.
                ErrorKind::InsufficientFunds
                | ErrorKind::Settings
                | ErrorKind::Unauthorized
                | ErrorKind::Unreachable
                | ErrorKind::RateLimited
                | ErrorKind::Unavailable
                | ErrorKind::Overloaded => true,
                ErrorKind::Refused
                | ErrorKind::NotFound
                | ErrorKind::Malformed
                | ErrorKind::Interrupted
                | ErrorKind::Timeout
                | ErrorKind::DuplicateReference => self.elsewhere,
            },
        }
    }

    /// The provider's own code and words.
    #[must_use]
    pub fn with_provider(mut self, code: Option<String>, message: Option<String>) -> Self {
        self.provider_code = code;
        self.provider_message = message;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_may_serve_what_did_nothing_here_for_a_reason_of_this_provider() {
        use ErrorKind as K;
        for kind in K::VARIANTS.iter().copied() {
            // Of ours at this provider, or of the provider itself.
            let of_its_own = matches!(
                kind,
                K::InsufficientFunds
                    | K::Settings
                    | K::Unauthorized
                    | K::Unreachable
                    | K::RateLimited
                    | K::Unavailable
                    | K::Overloaded
            );
            for (outcome, expected, only_here) in [
                (Outcome::NotSent, true, true),
                (Outcome::Rejected, of_its_own, true),
                // Whatever the adapter says: the card may be there.
                (Outcome::Unknown, false, false),
            ] {
                let error = || ProviderError::new(kind, outcome, "no");
                let what = format!("{kind} {outcome}");
                assert_eq!(error().another_may_serve(), expected, "{what}");
                assert_eq!(error().only_here().another_may_serve(), only_here, "{what}");
            }
        }
    }
}
