//! The plugin contract: what a provider adapter implements.
//!
//! A small base trait with one accessor per capability: **implementing is declaring**. Capability
//! traits have no default bodies, take a [`CallContext`] and domain types, and each `# Behaviour`
//! bullet of their documentation is a trial of that name in the conformance suite.
//!
//! Adapters contain no loops, sleeps, timeouts or retries: the gateway's guard wraps every call.

mod authorizations;
mod budgets;
mod cards;
mod catalogue;
mod context;
mod controls;
mod disputes;
mod documents;
mod enrolments;
mod error;
mod funds;
mod operations;
mod page;
mod raw;
mod reference_data;
mod repeat;
mod reveal;
mod shipping;
mod simulator;
mod traits;
mod transactions;
mod webhooks;

pub use authorizations::{AuthorizationMessage, AuthorizationReply, Authorizations};
pub use budgets::{
    BudgetSnapshot, Budgets, CreateBudget, EntryQuery, FundingAccounts, MoveBudgetFunds,
};
pub use cards::{CardChange, CardSnapshot, Cards, IssueCard, PersonName};
pub use catalogue::Catalogue;
pub use context::CallContext;
pub use controls::{ActivateCard, Activation, Controls, Notes, Pins, SetControls, SetPin};
pub use disputes::{CancelDispute, DisputeSnapshot, Disputes, OpenDispute};
pub use documents::{DocumentUpload, Documents};
pub use enrolments::{EnrolCustomer, EnrolmentSnapshot, Enrolments, UpdateEnrolment};
pub use error::{ErrorKind, Outcome, ProviderError};
pub use funds::{Funds, MoveFunds};
pub use operations::{OperationQuery, OperationReport, Operations, Reported, Trace};
pub use page::{Page, PageRequest};
pub use raw::{Raw, RawObject};
pub use reference_data::ReferenceData;
pub use repeat::{Effect, Repeat, repeat};
pub use reveal::{CardSecrets, Challenges, Reveal};
pub use shipping::{OrderPhysical, Shipping, ShippingAddress};
pub use simulator::{Simulation, Simulator};
pub use traits::{CreateKey, Polling, ProviderTraits, SignatureKind, owner_of};
pub use transactions::{TransactionQuery, TransactionReport, Transactions};
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

    /// The provider asks us whether a card may be charged.
    fn authorizations(&self) -> Option<&dyn Authorizations> {
        None
    }

    fn enrolments(&self) -> Option<&dyn Enrolments> {
        None
    }

    fn documents(&self) -> Option<&dyn Documents> {
        None
    }

    fn budgets(&self) -> Option<&dyn Budgets> {
        None
    }

    fn funding_accounts(&self) -> Option<&dyn FundingAccounts> {
        None
    }

    fn controls(&self) -> Option<&dyn Controls> {
        None
    }

    fn notes(&self) -> Option<&dyn Notes> {
        None
    }

    fn pins(&self) -> Option<&dyn Pins> {
        None
    }

    fn activation(&self) -> Option<&dyn Activation> {
        None
    }

    fn shipping(&self) -> Option<&dyn Shipping> {
        None
    }

    fn reveal(&self) -> Option<&dyn Reveal> {
        None
    }

    fn challenges(&self) -> Option<&dyn Challenges> {
        None
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        None
    }

    fn disputes(&self) -> Option<&dyn Disputes> {
        None
    }

    fn raw(&self) -> Option<&dyn Raw> {
        None
    }

    fn reference_data(&self) -> Option<&dyn ReferenceData> {
        None
    }

    /// Only at an emulator.
    fn simulator(&self) -> Option<&dyn Simulator> {
        None
    }
}
