//! The provider calls that arrived, newest last, in memory only.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Enough for a long test run; older calls fall out.
const KEPT: usize = 10_000;

/// One call, recorded when it arrives, whatever becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub path: String,
    /// The client's own reference, when the body carries one.
    pub reference: Option<String>,
    /// Emulated epoch milliseconds.
    pub at: i64,
}

#[derive(Debug, Default)]
pub struct CallLog(Mutex<VecDeque<Call>>);

impl CallLog {
    pub fn record(&self, call: Call) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() == KEPT {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    pub fn all(&self) -> Vec<Call> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
}
