use std::time::Duration;

/// Plain data about a provider instance.
#[derive(Debug, Clone)]
pub struct ProviderTraits {
    /// What the provider does with a reference it has seen before.
    pub create_key: CreateKey,
    /// After this long, an operation the provider does not list by reference was not received.
    /// Where the provider documents nothing, a setting of the instance.
    pub settle_time: Duration,
    pub webhook_signature: SignatureKind,
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
