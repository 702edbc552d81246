//! What the control path says about coming cards and refusals. In memory only: an issued card keeps
//! its fate in the state.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

/// What becomes of an issued card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Enabled,
    Blocked,
    /// Stays at `Processing`.
    Stuck,
}

/// What a `refuse` fault answers instead of the emulator's own words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    pub status: u16,
    /// A text is sent as it is, anything else as JSON.
    #[serde(default)]
    pub body: Value,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Script {
    settle_millis: Option<u64>,
    next_cards: VecDeque<Fate>,
    refusal: Option<Refusal>,
}

impl Script {
    pub fn check(&self) -> Result<(), String> {
        match &self.refusal {
            Some(refusal) if !(400..=599).contains(&refusal.status) => {
                Err("refusal.status must be from 400 to 599".to_owned())
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[derive(Default)]
pub struct ScriptBoard(Mutex<Script>);

impl ScriptBoard {
    pub fn replace(&self, script: Script) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = script;
    }

    /// Takes the next scripted fate; to be called for issued cards only.
    pub fn card(&self) -> Fate {
        self.with(|script| script.next_cards.pop_front().unwrap_or(Fate::Enabled))
    }

    pub fn settle_ms(&self) -> Option<u64> {
        self.with(|script| script.settle_millis)
    }

    pub fn refusal(&self) -> Option<Refusal> {
        self.with(|script| script.refusal.clone())
    }

    fn with<T>(&self, look: impl FnOnce(&mut Script) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
