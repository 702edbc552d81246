//! Real-time authorizations: the right answer before the provider's deadline.
//!
//! The way of a request: [`authorize`] (origin, one run for each authorization, the deadline) →
//! [`reserve`] (card, controls, funds: one unit of work) → [`endpoint`] (the tenant's word, if it
//! wants one) → the answer. What the network tells later goes through [`follow`]; what nobody tells
//! ends in [`expire`]. Every movement of money is in the transaction of the state it explains.

mod authorize;
mod book;
mod endpoint;
mod expire;
mod follow;
mod in_flight;
mod record;
mod reserve;
mod stand_in;
mod told;

use std::sync::Arc;
use std::time::Duration;

pub use authorize::authorize;
pub use endpoint::Endpoints;
pub use expire::{expire, lease as expiring};
pub use follow::{follow, follow_transaction};
use in_flight::InFlight;
use tokio::sync::{Mutex, MutexGuard};

/// How decisions are made on this node.
pub struct Decisions {
    /// The answer leaves this much before the provider's deadline.
    pub margin: Duration,
    /// How long a hold lasts when nothing comes.
    pub hold: Duration,
    /// Most authorizations of one back-test.
    pub backtest_max: u64,
    desk: Arc<Desk>,
}

/// What is one for this node, whatever configuration a decision is made under.
pub struct Desk {
    endpoints: Endpoints,
    in_flight: InFlight,
    turns: Vec<Mutex<()>>,
}

/// Books whose decisions wait for each other by accident: few, with so many turns.
const TURNS: usize = 1024;

type Turn<'a> = Option<MutexGuard<'a, ()>>;

impl Desk {
    pub fn new(endpoints: Endpoints) -> Arc<Self> {
        Arc::new(Self {
            endpoints,
            in_flight: InFlight::default(),
            turns: std::iter::repeat_with(Mutex::default).take(TURNS).collect(),
        })
    }
}

impl Decisions {
    pub fn new(margin: Duration, hold: Duration, backtest_max: u64, desk: Arc<Desk>) -> Arc<Self> {
        Arc::new(Self {
            margin,
            hold,
            backtest_max,
            desk,
        })
    }

    /// What changes one book is done one after the other on a node: decisions, and what the network
    /// tells later. Nodes (and the book of one that did not wait) are kept apart by the version of the
    /// book: this only saves them from finding out too late.
    async fn turn(&self, of: uuid::Uuid) -> Turn<'_> {
        let turns = u128::try_from(self.desk.turns.len()).ok()?;
        let place = usize::try_from(of.as_u128().checked_rem(turns)?).ok()?;
        Some(self.desk.turns.get(place)?.lock().await)
    }
}
