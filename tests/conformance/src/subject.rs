//! What trials run against.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cardmux_domain::authorization::Verdict;
use cardmux_domain::operation::{OperationKind, Reference};
use cardmux_domain::provider::{
    Activation, Authorizations, Budgets, CallContext, Cards, Catalogue, Challenges, Controls,
    Delivery, Disputes, Documents, Enrolments, FundingAccounts, Funds, Notes, OperationQuery,
    Operations, Pins, Provider, Raw, ReferenceData, Reveal, Shipping, Simulator, Transactions,
    Webhooks,
};
use cardmux_domain::secret::SecretString;
use futures::future::LocalBoxFuture;
use serde_json::Value;

use crate::inbox::Inbox;
use crate::trial::{Result, Stop};

/// Longest time one trial may take; everything in it happens on this machine.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// An adapter, and the provider it talks to, made anew for each trial.
pub struct Subject {
    pub provider: Arc<dyn Provider>,
    pub world: Box<dyn World>,
    /// Whose card the trial is about: that of the latest card asked for, where its type is for
    /// cardholders.
    cardholder: Mutex<Option<String>>,
}

/// How a subject is called in the matrix, and how it is made.
pub struct Maker {
    pub name: &'static str,
    pub open: Box<dyn Fn() -> LocalBoxFuture<'static, Result<Subject>> + Send + Sync>,
}

/// What goes wrong, once, at the next such call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The provider says no, readably.
    Refusal,
    DropBefore,
    DropAfter,
    ServerErrorBefore,
    ServerErrorAfter,
    /// The work is done, the answer breaks off in the middle.
    GarbledAnswer,
    /// The work is done, the answer comes too late.
    LateAnswer,
    /// The work is done and answered, but look-ups do not show it for a while.
    HiddenForAWhile,
}

/// A webhook as the provider sent it: header names in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentWebhook {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl SentWebhook {
    pub fn delivery(&self) -> Delivery<'_> {
        Delivery {
            headers: &self.headers,
            body: &self.body,
        }
    }
}

/// A purchase we were asked about, by the provider's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    pub authorization_ref: String,
    /// What the network was told.
    pub approved: bool,
    /// What was understood of our answer; `None` where that was nothing.
    pub answer: Option<Verdict>,
}

/// The test's hand on the other side: the provider's, not the adapter's.
#[async_trait]
pub trait World: Send + Sync {
    /// The next call of this kind goes wrong.
    async fn inject(&self, call: OperationKind, fault: Fault) -> Result;

    /// The same adapter where nothing listens.
    async fn unreachable(&self) -> Result<Arc<dyn Provider>>;

    /// The quirks of the emulator that are in force.
    async fn quirks(&self) -> Result<Value>;

    /// Puts these quirks in force, the others at their defaults; an adapter with these settings
    /// beside the emulator's own.
    async fn flip(&self, quirks: &Value, settings: &Value) -> Result<Arc<dyn Provider>>;

    /// How many operations like this there are by the provider's own books, under its reference or,
    /// where the provider keeps none, by what was asked for.
    async fn made(&self, query: &OperationQuery) -> Result<usize>;

    /// The next review of an enrolment waits for the simulator's decision.
    async fn hold_next_review(&self) -> Result;

    /// From now on each webhook is delivered a second time, as after a lost acknowledgement.
    async fn send_webhooks_twice(&self) -> Result;

    /// The first `count` genuine webhooks about a finished operation.
    async fn webhooks(&self, reference: &Reference, count: usize) -> Result<Vec<SentWebhook>>;

    /// All genuine webhooks there are so far about a card or enrolment, by the provider's id of it.
    async fn webhooks_about(&self, provider_ref: &str) -> Result<Vec<SentWebhook>>;

    /// How many further steps of an enrolment the provider has taken on.
    async fn steps_taken(&self, enrolment_ref: &str) -> Result<usize>;

    /// The code that comes by post with a card that was ordered.
    async fn posted_code(&self, card_ref: &str) -> Result<SecretString>;

    /// Where the provider sends its webhooks, and asks whether a card may be charged.
    fn inbox(&self) -> Option<&Inbox> {
        None
    }

    /// What the provider's books show of a purchase, by the id its simulation was told.
    async fn purchase(&self, _: &str) -> Result<Purchase> {
        Err(Stop::Unsupported("purchases we are asked about"))
    }

    /// Asks about a purchase once more, as after a lost answer.
    async fn ask_again(&self, _: &Purchase) -> Result {
        Err(Stop::Unsupported("questions that are repeated"))
    }

    /// A card type that exists but is switched off.
    fn offline_type(&self) -> Option<&str>;

    /// Texts that must never be seen: the instance's secrets and the provider's card numbers.
    async fn canaries(&self) -> Result<Vec<String>>;
}

impl Subject {
    pub fn new(provider: Arc<dyn Provider>, world: Box<dyn World>) -> Self {
        Self {
            provider,
            world,
            cardholder: Mutex::default(),
        }
    }

    pub fn ctx(&self) -> Result<CallContext> {
        Ok(CallContext {
            tenant: "conformance".parse()?,
            request_id: "req_conformance".to_owned(),
            deadline: Instant::now() + DEADLINE,
            enrolment_ref: self.cardholder().clone(),
        })
    }

    /// From now on calls are about a card of theirs.
    pub fn is_about(&self, enrolment_ref: Option<&str>) {
        *self.cardholder() = enrolment_ref.map(str::to_owned);
    }

    fn cardholder(&self) -> MutexGuard<'_, Option<String>> {
        let cardholder = self.cardholder.lock();
        cardholder.unwrap_or_else(PoisonError::into_inner)
    }
}

/// A capability of the adapter, or the trial is not for this subject.
macro_rules! capabilities {
    ($($name:ident: $capability:ident),+ $(,)?) => {
        impl Subject {
            $(pub fn $name(&self) -> Result<&dyn $capability> {
                self.provider.$name().ok_or(Stop::Unsupported(stringify!($name)))
            })+
        }
    };
}

capabilities! {
    catalogue: Catalogue,
    cards: Cards,
    funds: Funds,
    operations: Operations,
    webhooks: Webhooks,
    authorizations: Authorizations,
    enrolments: Enrolments,
    documents: Documents,
    budgets: Budgets,
    funding_accounts: FundingAccounts,
    controls: Controls,
    notes: Notes,
    pins: Pins,
    activation: Activation,
    shipping: Shipping,
    reveal: Reveal,
    challenges: Challenges,
    transactions: Transactions,
    disputes: Disputes,
    raw: Raw,
    reference_data: ReferenceData,
    simulator: Simulator,
}
