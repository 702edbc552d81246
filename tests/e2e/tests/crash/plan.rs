//! What happens in the run of a seed.

use std::fmt;

use cardmux_e2e::{Dialect, Setup};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

/// Everything a run does; the same for the same seed.
#[derive(Debug)]
pub struct Plan {
    pub seed: u64,
    pub on: On,
    pub dialect: Dialect,
    pub operation: Operation,
    pub kill: Kill,
    pub fault: Option<&'static str>,
    pub webhooks: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    Sqlite,
    Postgres,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Issue,
    Deposit,
}

/// When the gateway is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    /// By itself, at a failpoint.
    At(&'static str),
    /// When the provider has received the call.
    AtCall,
    /// So many milliseconds after the request was sent.
    After(u64),
}

/// On its way through the provider's answer: lost after or before the work, unclear, none at all,
/// and an order that queries show late.
const FAULTS: [Option<&str>; 6] = [
    None,
    Some("drop_after"),
    Some("drop_before"),
    Some("error_after"),
    Some("hang"),
    Some("invisible"),
];

/// Nothing is done at the provider, so that the gateway has to send again.
const LOST: [Option<&str>; 2] = [Some("drop_before"), Some("error_before")];

/// Only reached when the operation is sent again.
const RESEND: &str = "resend_committed";

impl Plan {
    pub fn of(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        // In turn, so that few seeds cover each pair of database and kill point; the rest is drawn.
        let on = if seed.is_multiple_of(2) {
            On::Sqlite
        } else {
            On::Postgres
        };
        let kill = match seed / 2 % 6 {
            0 => Kill::At("intent_committed"),
            1 => Kill::At("provider_answered"),
            2 => Kill::At("result_committed"),
            3 => Kill::At(RESEND),
            4 => Kill::AtCall,
            _ => Kill::After(rng.random_range(0..200)),
        };
        let faults: &[_] = if kill == Kill::At(RESEND) {
            &LOST
        } else {
            &FAULTS
        };
        Self {
            seed,
            on,
            dialect: *[Dialect::Finhub, Dialect::Upstream]
                .choose(&mut rng)
                .unwrap(),
            operation: *[Operation::Issue, Operation::Deposit]
                .choose(&mut rng)
                .unwrap(),
            kill,
            fault: *faults.choose(&mut rng).unwrap(),
            webhooks: ["normal", "lost", "duplicate", "before_answer"]
                .choose(&mut rng)
                .unwrap(),
        }
    }

    pub fn setup(&self) -> Setup {
        Setup {
            dialect: self.dialect,
            call_timeout_ms: 600,
            attempt_timeout_ms: 300,
            ..Setup::new(env!("CARGO_BIN_EXE_cardmux-under-test"))
        }
    }

    /// The failpoint the gateway is armed with. A deposit's card is issued first, by the same
    /// process, and passes the same failpoints once.
    pub fn armed(&self) -> Option<String> {
        let Kill::At(point) = self.kill else {
            return None;
        };
        let nth = if self.operation == Operation::Deposit && point != RESEND {
            2
        } else {
            1
        };
        Some(format!("{point}:{nth}"))
    }

    /// The emulator's fault script.
    pub fn faults(&self) -> Value {
        let path = match self.operation {
            Operation::Issue => self.dialect.open_card(),
            Operation::Deposit => "/card/deposit",
        };
        let faults = self.fault.into_iter().map(|kind| {
            let mut fault = json!({ "kind": kind, "path": path });
            if matches!(kind, "hang" | "invisible") {
                fault["millis"] = json!(900);
            }
            // Sent again, every attempt before must have got lost.
            if self.kill != Kill::At(RESEND) {
                fault["times"] = json!(1);
            }
            fault
        });
        faults.collect()
    }
}

impl Kill {
    pub fn name(self) -> &'static str {
        match self {
            Self::At(point) => point,
            Self::AtCall => "call_received",
            Self::After(_) => "random_delay",
        }
    }
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}
