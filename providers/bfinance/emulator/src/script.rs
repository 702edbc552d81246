//! What the control path says about coming decisions. In memory only: a review under way keeps its
//! verdict in the state.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// How a customer's review, or a request for access, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Approve,
    Reject,
    /// Of a customer only.
    NeedsInformation,
    /// Of a customer only.
    UpdateRequested,
    /// A customer goes `on_hold`; a request for access stays `requested`.
    Hold,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Script {
    settle_millis: Option<u64>,
    next_reviews: VecDeque<Verdict>,
    next_access: VecDeque<Verdict>,
}

#[derive(Default)]
pub struct ScriptBoard(Mutex<Script>);

impl ScriptBoard {
    pub fn replace(&self, script: Script) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = script;
    }

    pub fn settle_ms(&self) -> Option<u64> {
        self.take(|script| script.settle_millis)
    }

    /// Takes the next verdict; to be called for accepted customers only.
    pub fn review(&self) -> Verdict {
        self.take(|script| script.next_reviews.pop_front())
            .unwrap_or(Verdict::Approve)
    }

    /// Takes the next verdict; to be called for accepted requests only.
    pub fn access(&self) -> Verdict {
        self.take(|script| script.next_access.pop_front())
            .unwrap_or(Verdict::Approve)
    }

    fn take<T>(&self, next: impl FnOnce(&mut Script) -> T) -> T {
        next(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
