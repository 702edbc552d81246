//! The operation engine: written down, then done, exactly once in effect.
//!
//! 1. [`Engine::execute`] commits the intent: idempotency claim, operation, subject, event.
//! 2. The provider call is made through the guard, in no transaction.
//! 3. [`settle`] commits what came of it: operation, subject, event, answer.
//!
//! Killed between any two steps, the worker finishes the job ([`resolve`]): it looks the operation up
//! at the provider by our reference. Results may arrive by answer, webhook and polling, in any order
//! and any number of times; [`cardmux_domain::operation::Operation::absorb`] makes that harmless.

mod answer;
mod arguments;
mod card_book;
mod elsewhere;
mod execute;
mod owner;
mod resolve;
mod send;
mod settle;
mod subject;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use cardmux_domain::operation::Operation;
use tokio_util::task::TaskTracker;

use crate::providers::Registry;
use crate::security::Vault;
use crate::store::Store;

pub use answer::Answer;
pub use arguments::Arguments;
pub use execute::{Attempt, ExecuteError, Intent};
pub use owner::{Owned, enrolment_ref};
pub use resolve::{Decision, ResolveError};
pub use settle::{Finding, frees_key, key_change};
pub use subject::Subject;
pub use wait::Waiters;

/// The bounds of the engine, from configuration.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The deadline of the provider call within a request or a worker's turn.
    pub call_timeout: Duration,
    /// A lease outlives its call by this much.
    pub lease_margin: Duration,
    /// First and longest pause between two look-ups.
    pub poll_first: Duration,
    pub poll_max: Duration,
    /// An operation undecided for this long is shown to a person.
    pub attention_after: Duration,
    /// The longest a request may wait for a final status.
    pub wait_max: Duration,
}

impl Policy {
    fn lease(&self) -> Duration {
        self.call_timeout + self.lease_margin
    }

    /// The pause before look-up number `lookups`: doubling, bounded.
    fn poll_delay(&self, lookups: i32) -> Duration {
        let doublings = u32::try_from(lookups).unwrap_or(0).min(20);
        self.poll_first
            .saturating_mul(1 << doublings)
            .min(self.poll_max)
    }
}

/// Turns a settled operation into the HTTP answer that is stored with its idempotency key.
pub type Render = fn(&RenderContext<'_>, &Subject, &Operation) -> crate::store::StoredAnswer;

/// What an answer says beside card and operation.
pub struct RenderContext<'a> {
    pub request_id: &'a str,
    pub error_base_url: &'a str,
    pub provider_kind: &'a str,
}

pub struct Engine {
    store: Store,
    registry: Arc<Registry>,
    vault: Arc<Vault>,
    policy: Policy,
    tasks: TaskTracker,
    waiters: Waiters,
    render: Render,
    error_base_url: String,
}

impl Engine {
    pub fn new(
        store: Store,
        registry: Arc<Registry>,
        vault: Arc<Vault>,
        policy: Policy,
        tasks: TaskTracker,
        render: Render,
        error_base_url: String,
    ) -> Self {
        Self {
            store,
            registry,
            vault,
            policy,
            tasks,
            waiters: Waiters::default(),
            render,
            error_base_url,
        }
    }

    /// With these waiters, which other engines of this node tell too.
    #[must_use]
    pub fn telling(mut self, waiters: Waiters) -> Self {
        self.waiters = waiters;
        self
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    pub fn render(
        &self,
        request_id: &str,
        subject: &Subject,
        operation: &Operation,
    ) -> crate::store::StoredAnswer {
        let kind = self
            .registry
            .get(subject.instance())
            .map_or("", |i| i.provider.kind());
        let context = RenderContext {
            request_id,
            error_base_url: &self.error_base_url,
            provider_kind: kind,
        };
        (self.render)(&context, subject, operation)
    }
}
