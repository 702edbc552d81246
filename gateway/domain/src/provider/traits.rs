use std::time::Duration;

use crate::operation::OperationKind;

/// Plain data about a provider instance.
#[derive(Debug, Clone)]
pub struct ProviderTraits {
    /// What the provider does with a reference it has seen before.
    pub create_key: CreateKey,
    /// After this long, an operation the provider does not list by reference was not received.
    /// Where the provider documents nothing, a setting of the instance.
    pub settle_time: Duration,
    /// Kinds of operation that the key does not cover: repeated, they happen twice.
    pub keyless: &'static [OperationKind],
    /// Kinds of operation that leave no trace but a changed card: it is read before they are sent,
    /// and compared with that afterwards.
    pub compared: &'static [OperationKind],
    pub webhook_signature: SignatureKind,
    /// How often its cards are read again although nothing was heard; `None` where webhooks can be
    /// relied on.
    pub polling: Option<Polling>,
    /// Cards are shown only among all those of their owner, and none bears a reference. So calls
    /// about a card name its enrolment ([`CallContext::enrolment_ref`](super::CallContext)), an issue
    /// of unknown outcome is told by what the owner has beyond
    /// [`OperationQuery::known`](super::OperationQuery::known), and there must never be two issues
    /// under way for one owner ([`owner_of`]).
    pub cards_by_owner: bool,
}

/// Whose cards are issued on an enrolment, where [`ProviderTraits::cards_by_owner`]: what stands
/// before the first `/` of its provider's id. Several enrolments may have one owner: the employees of
/// a company.
pub fn owner_of(enrolment_ref: &str) -> &str {
    enrolment_ref
        .split_once('/')
        .map_or(enrolment_ref, |(owner, _)| owner)
}

/// Between two readings of a card: the first after a change, doubling while nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Polling {
    pub fastest: Duration,
    pub slowest: Duration,
}

impl ProviderTraits {
    /// What protects an operation of this kind against being done twice.
    pub fn create_key_of(&self, kind: OperationKind) -> CreateKey {
        match self.keyless.contains(&kind) {
            true => CreateKey::None,
            false => self.create_key,
        }
    }
}

/// What protects a repeated creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateKey {
    /// The reference is refused the second time: no double effect, but the first answer is not
    /// repeated either and has to be looked up.
    Unique,
    /// The reference gives the first answer again.
    Replay,
    /// Nothing: a repeated creation is a second creation.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureKind {
    RsaSha256,
    HmacSha256,
    /// The network allow-list of the instance is all there is; deliveries are hints.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owner_of_an_enrolment_stands_before_the_first_slash() {
        for enrolment_ref in ["corporate:1", "corporate:1/account/employee:2"] {
            assert_eq!(owner_of(enrolment_ref), "corporate:1");
        }
    }
}
