//! What the control path says about coming orders. In memory only: an accepted order keeps its fate
//! in the state.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// How an accepted order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Success,
    Fail,
    /// Stays at `processing`.
    Stuck,
}

/// How a cardholder's audit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pass,
    RejectAdmin,
    RejectChannel,
    /// Stays at `wait_audit` until a control route decides.
    Wait,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Script {
    next_orders: VecDeque<Fate>,
    next_audits: VecDeque<Verdict>,
    order_delay_millis: Option<u64>,
    finish_in_call: bool,
}

#[derive(Default)]
pub struct ScriptBoard(Mutex<Script>);

/// The script's word on one order or audit.
#[derive(Debug, Clone, Copy)]
pub struct Cue<T> {
    pub fate: T,
    pub delay_ms: Option<u64>,
    pub finish_in_call: bool,
}

impl ScriptBoard {
    pub fn replace(&self, script: Script) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = script;
    }

    /// Takes the next scripted fate; to be called for accepted orders only.
    pub fn order(&self) -> Cue<Fate> {
        self.take(|script| script.next_orders.pop_front().unwrap_or(Fate::Success))
    }

    /// Takes the next scripted verdict; to be called for accepted cardholders only.
    pub fn audit(&self) -> Cue<Verdict> {
        self.take(|script| script.next_audits.pop_front().unwrap_or(Verdict::Pass))
    }

    fn take<T>(&self, next: impl FnOnce(&mut Script) -> T) -> Cue<T> {
        let mut script = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Cue {
            fate: next(&mut script),
            delay_ms: script.order_delay_millis,
            finish_in_call: script.finish_in_call,
        }
    }
}
