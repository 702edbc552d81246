//! Use cases: the whole story of each, readable top to bottom. No axum types here.

pub mod api_keys;
pub mod card_types;
pub mod cards;
pub mod catalogue;
mod error;
pub mod idempotency;
pub mod operations;
mod state;
pub mod webhooks;

pub use error::{AppError, FieldProblem, Place};
pub use state::{App, AppParts, Tenant};

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
