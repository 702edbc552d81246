//! The plugin contract: what a provider adapter implements.
//!
//! A small base trait with one accessor per capability: **implementing is declaring**. Capability
//! traits have no default bodies, take a [`CallContext`] and domain types, and each `# Behaviour`
//! bullet of their documentation is a trial of that name in the conformance suite.
//!
//! Adapters contain no loops, sleeps, timeouts or retries: the gateway's guard wraps every call.

mod cards;
mod catalogue;
mod context;
mod error;
mod funds;
mod operations;
mod page;
mod repeat;
mod traits;
mod webhooks;

pub use cards::{CardChange, CardSnapshot, Cards, IssueCard};
pub use catalogue::Catalogue;
pub use context::CallContext;
pub use error::{ErrorKind, Outcome, ProviderError};
pub use funds::{Funds, MoveFunds};
pub use operations::{OperationQuery, OperationReport, Operations, Reported};
pub use page::{Page, PageRequest};
pub use repeat::{Effect, Repeat, repeat};
pub use traits::{CreateKey, ProviderTraits, SignatureKind};
pub use webhooks::{
    Acknowledgement, Delivery, ProviderEvent, VerifiedDelivery, WebhookRefused, Webhooks,
};

/// One provider instance: credentials, base URL and the capabilities its adapter implements.
pub trait Provider: Send + Sync + 'static {
    /// The kind in configuration: `fincard`.
    fn kind(&self) -> &'static str;

    /// Plain facts the gateway needs to treat this provider right.
    fn traits(&self) -> &ProviderTraits;

    fn catalogue(&self) -> Option<&dyn Catalogue> {
        None
    }

    fn cards(&self) -> Option<&dyn Cards> {
        None
    }

    fn funds(&self) -> Option<&dyn Funds> {
        None
    }

    /// Find an operation by our reference: what resolves an unknown outcome.
    fn operations(&self) -> Option<&dyn Operations> {
        None
    }

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        None
    }
}
