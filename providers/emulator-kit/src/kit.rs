//! The parts of a running emulator, put together.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::calls::CallLog;
use crate::faults::FaultBoard;
use crate::gate::Gate;
use crate::store::Saved;
use crate::webhooks::Webhooks;
use crate::{Clock, EmulatorError, Store};

/// How an emulator is started, whatever the provider.
#[derive(Debug, Clone)]
pub struct Options {
    pub listen: SocketAddr,
    /// Where the state is kept; in memory only when absent.
    pub state_file: Option<PathBuf>,
    pub webhook_url: Option<String>,
    /// 1.0 keeps the provider's documented gaps, 60.0 runs them 60 times as fast.
    pub time_scale: f64,
    /// The same seed makes the same credentials, card numbers and chances. 0 draws a seed at the
    /// first start.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            state_file: None,
            webhook_url: None,
            time_scale: 1.0,
            seed: 0,
        }
    }
}

/// What the kit must know about a provider.
pub struct Wire {
    /// Waits between the attempts of one webhook delivery.
    pub retry_gaps: &'static [Duration],
    /// Whether a 2xx answer's body acknowledges a webhook.
    pub acknowledged: fn(&[u8]) -> bool,
    /// The body field that carries the client's own reference, for the call log.
    pub reference_field: &'static str,
}

/// Everything an emulator's handlers share. `S` is the provider's state.
pub struct Kit<S> {
    pub clock: Arc<Clock>,
    pub store: Store<S>,
    pub webhooks: Arc<Webhooks>,
    pub gate: Arc<Gate>,
    pub(crate) wire: Wire,
}

impl<S: Serialize + DeserializeOwned> Kit<S> {
    /// Loads the state, or makes it with `fresh` (which is given the seed) and keeps it.
    pub fn open(
        options: &Options,
        wire: Wire,
        fresh: impl FnOnce(u64) -> Result<S, EmulatorError>,
    ) -> Result<Self, EmulatorError> {
        let seed = if options.seed == 0 {
            rand::random()
        } else {
            options.seed
        };
        let loaded = options
            .state_file
            .as_deref()
            .map(Saved::load)
            .transpose()?
            .flatten();
        let saved = match loaded {
            Some(saved) => saved,
            None => Saved::fresh(fresh(seed)?),
        };
        let clock = Arc::new(Clock::start(options.time_scale, saved.clock_ms)?);
        let store = Store::new(options.state_file.clone(), Arc::clone(&clock), saved);
        store.save()?;
        let gate = Gate {
            clock: Arc::clone(&clock),
            faults: FaultBoard::new(seed),
            calls: CallLog::default(),
            reference_field: wire.reference_field,
        };
        let webhooks = Arc::new(Webhooks::new(options.webhook_url.clone())?);
        Ok(Self {
            clock,
            store,
            webhooks,
            gate: Arc::new(gate),
            wire,
        })
    }
}
