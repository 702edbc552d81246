use std::time::Duration;

use super::{Delivery, WebhookRefused};
use crate::authorization::{AuthorizationRequest, Verdict};

/// A delivery to the authorizations' path.
#[derive(Debug, Clone, PartialEq)]
pub enum AuthorizationMessage {
    /// Somebody waits for our answer.
    Request(Box<AuthorizationRequest>),
    /// Nothing to decide: a webhook like others, see [`super::Webhooks`].
    Notice,
}

/// An answer as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationReply {
    pub status: u16,
    pub content_type: &'static str,
    pub body: &'static str,
}

/// Real-time authorizations: the provider asks, within a deadline, whether a card may be charged.
///
/// What comes of it (advice, reversal, presentment, return) arrives as
/// [`ProviderEvent::Authorization`](super::ProviderEvent::Authorization), or, where webhooks are only
/// hints, in transactions that name their authorization.
pub trait Authorizations: Send + Sync {
    /// How long the provider waits, from its sending to its receiving.
    fn deadline(&self) -> Duration;

    /// Understand a delivery whose origin is proven by [`super::Webhooks::verify`]. Pure.
    ///
    /// # Behaviour
    /// - `authorization_request_is_read_with_amount_and_merchant`
    /// - `authorization_request_sent_twice_has_one_ref`
    /// - `authorization_path_takes_other_messages_as_notices`
    fn read(&self, delivery: &Delivery<'_>) -> Result<AuthorizationMessage, WebhookRefused>;

    /// The provider's words for our verdict.
    ///
    /// # Behaviour
    /// - `authorization_approved_by_us_is_approved_by_the_provider`
    /// - `authorization_declined_by_us_is_declined_by_the_provider`
    fn reply(&self, verdict: Verdict) -> AuthorizationReply;
}
