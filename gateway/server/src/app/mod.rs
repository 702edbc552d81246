//! Use cases: the whole story of each, readable top to bottom. No axum types here.

pub mod api_keys;
mod attempt;
pub mod audit;
pub mod authorizations;
pub mod batches;
pub mod budgets;
pub mod card_types;
pub mod cards;
pub mod catalogue;
pub mod customers;
pub mod disputes;
pub mod enrolments;
mod error;
pub mod events;
mod evidence;
pub mod idempotency;
mod ledger;
pub mod operations;
pub mod plan;
pub mod rate_limit;
pub mod reference;
pub mod refresh;
pub mod reload;
pub mod simulate;
pub mod spend_controls;
mod state;
pub mod transactions;
pub mod webhooks;

use cardmux_domain::id::OperationId;
use cardmux_domain::operation::{Operation, OperationKind, OperationStatus, Reference};
use cardmux_domain::time::Timestamp;

use crate::operations::Subject;

pub use error::{AppError, FieldProblem, Place};
pub use evidence::{EvidenceCache, cache as evidence_cache};
pub use state::{App, AppParts, Tenant};

/// A new operation, not yet sent.
fn new_operation(
    id: OperationId,
    subject: &Subject,
    kind: OperationKind,
    now: Timestamp,
) -> Operation {
    Operation {
        id,
        tenant: subject.tenant().clone(),
        kind,
        status: OperationStatus::Pending,
        subject: subject.id(),
        instance: subject.instance().clone(),
        reference: Reference::of(id),
        provider_ref: None,
        provider_status: None,
        subject_ref: subject.provider_ref().cloned(),
        amount: None,
        fee: None,
        received: None,
        note: None,
        controls: None,
        before: None,
        holds_secret: false,
        failure: None,
        attention: None,
        occurred_at: None,
        sends: 0,
        lookups: 0,
        sent_at: None,
        due_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// A page of a list, and what to begin the next one after.
#[derive(Debug, Clone)]
pub struct Listing<T, K> {
    pub items: Vec<T>,
    pub next: Option<K>,
}

/// One row more than a page holds, to see whether there is another page.
fn rows_for(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1)
}

impl<T, K> Listing<T, K> {
    /// From one row more than the page holds: the surplus row only says that there is more.
    pub fn from_surplus(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }
}
