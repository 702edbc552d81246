//! What trials run against.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cardmux_domain::operation::Reference;
use cardmux_domain::provider::{
    CallContext, Cards, Catalogue, Delivery, Funds, Operations, Provider, Webhooks,
};
use futures::future::LocalBoxFuture;

use crate::trial::{Result, Stop};

/// Longest time one trial may take; everything in it happens on this machine.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// An adapter, and the provider it talks to, made anew for each trial.
pub struct Subject {
    pub provider: Arc<dyn Provider>,
    pub world: Box<dyn World>,
}

/// How a subject is called in the matrix, and how it is made.
pub struct Maker {
    pub name: &'static str,
    pub open: Box<dyn Fn() -> LocalBoxFuture<'static, Result<Subject>> + Send + Sync>,
}

/// The call a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Issue,
    Deposit,
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

/// The test's hand on the other side: the provider's, not the adapter's.
#[async_trait]
pub trait World: Send + Sync {
    async fn inject(&self, call: Call, fault: Fault) -> Result;

    /// The same adapter where nothing listens.
    async fn unreachable(&self) -> Result<Arc<dyn Provider>>;

    /// By the provider's own books.
    async fn cards_made_with(&self, reference: &Reference) -> Result<usize>;

    /// By the provider's own books.
    async fn deposits_made_with(&self, reference: &Reference) -> Result<usize>;

    /// From now on each webhook is delivered a second time, as after a lost acknowledgement.
    async fn send_webhooks_twice(&self) -> Result;

    /// The first `count` genuine webhooks about a finished operation.
    async fn webhooks(&self, reference: &Reference, count: usize) -> Result<Vec<SentWebhook>>;

    /// A card type that exists but is switched off.
    fn offline_type(&self) -> Option<&str>;

    /// Texts that must never be seen: the instance's secrets and the provider's card numbers.
    async fn canaries(&self) -> Result<Vec<String>>;
}

impl Subject {
    pub fn ctx(&self) -> Result<CallContext> {
        Ok(CallContext {
            tenant: "conformance".parse()?,
            request_id: "req_conformance".to_owned(),
            deadline: Instant::now() + DEADLINE,
        })
    }

    pub fn catalogue(&self) -> Result<&dyn Catalogue> {
        self.provider
            .catalogue()
            .ok_or(Stop::Unsupported("catalogue"))
    }

    pub fn cards(&self) -> Result<&dyn Cards> {
        self.provider.cards().ok_or(Stop::Unsupported("cards"))
    }

    pub fn funds(&self) -> Result<&dyn Funds> {
        self.provider.funds().ok_or(Stop::Unsupported("funds"))
    }

    pub fn operations(&self) -> Result<&dyn Operations> {
        self.provider
            .operations()
            .ok_or(Stop::Unsupported("operations"))
    }

    pub fn webhooks(&self) -> Result<&dyn Webhooks> {
        self.provider
            .webhooks()
            .ok_or(Stop::Unsupported("webhooks"))
    }
}
