use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use cardmux_domain::authorization::Verdict;
use cardmux_domain::id::InstanceId;
use tokio::sync::watch;

type Key = (InstanceId, String);

/// Decisions being made on this node, by the provider's id: a repetition that comes meanwhile gets
/// the answer of the first.
#[derive(Default)]
pub struct InFlight(Mutex<HashMap<Key, watch::Receiver<Option<Verdict>>>>);

/// What to do about a request.
pub enum Place {
    /// Decide it, and say what was decided.
    First(
        watch::Sender<Option<Verdict>>,
        watch::Receiver<Option<Verdict>>,
    ),
    /// Somebody is at it.
    Repeated(watch::Receiver<Option<Verdict>>),
}

impl InFlight {
    pub fn enter(&self, instance: &InstanceId, authorization_ref: &str) -> Place {
        let key = (instance.clone(), authorization_ref.to_owned());
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match entries.entry(key) {
            Entry::Occupied(entry) => Place::Repeated(entry.get().clone()),
            Entry::Vacant(entry) => {
                let (sender, receiver) = watch::channel(None);
                entry.insert(receiver.clone());
                Place::First(sender, receiver)
            }
        }
    }

    /// What was decided is stored, or never will be.
    pub fn leave(&self, instance: &InstanceId, authorization_ref: &str) {
        let key = (instance.clone(), authorization_ref.to_owned());
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&key);
    }
}
