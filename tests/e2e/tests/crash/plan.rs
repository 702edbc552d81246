//! What happens in the run of a seed.

use std::fmt;

use cardmux_e2e::{Dialect, Setup};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::operation::Operation;

/// Everything a run does; the same for the same seed.
#[derive(Debug)]
pub struct Plan {
    pub seed: u64,
    pub on: On,
    pub dialect: Dialect,
    pub operation: Operation,
    pub kill: Kill,
    pub fault: Option<Fault>,
    pub webhooks: &'static str,
    /// Of the physical card; looked for wherever nothing secret belongs.
    pub secrets: Secrets,
}

#[derive(Debug)]
pub struct Secrets {
    pub pin: String,
    pub other_pin: String,
    pub activation_code: String,
    pub card_serial: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    Sqlite,
    Postgres,
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

/// On its way through the provider's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The answer is lost: after or before the work, without a sign of which, or there is none.
    DropAfter,
    DropBefore,
    ErrorBefore,
    ErrorAfter,
    Hang,
    /// Queries show the order late, but within the settle time.
    Late,
    /// The answer is lost and queries show nothing for longer than the settle time: sent again, it
    /// is refused as a duplicate.
    Unseen,
}

/// Nothing is done at the provider, so that the gateway has to send again.
const LOST: [Option<Fault>; 2] = [Some(Fault::DropBefore), Some(Fault::ErrorBefore)];

/// Only reached when the operation is sent again.
pub const RESEND: Kill = Kill::At("resend_committed");

/// How the gateway is killed, in the order of the table.
pub const KILLS: [&str; 6] = [
    "intent_committed",
    "provider_answered",
    "result_committed",
    "resend_committed",
    "call_received",
    "random_delay",
];

impl Plan {
    pub fn of(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        // In turn, so that few seeds cover each pair of operation and kill point, and twice as many
        // on each database; the rest is drawn.
        let mut rest = usize::try_from(seed).expect("a small seed");
        let mut next = |count: usize| {
            let digit = rest % count;
            rest /= count;
            digit
        };
        let (operation, kill) = (next(Operation::ALL.len()), next(KILLS.len()));
        let on = match (operation + kill + next(2)).is_multiple_of(2) {
            true => On::Sqlite,
            false => On::Postgres,
        };
        let operation = Operation::ALL[operation];
        let kill = match KILLS[kill] {
            "call_received" => Kill::AtCall,
            "random_delay" => Kill::After(rng.random_range(0..200)),
            point => Kill::At(point),
        };
        let faults = match kill == RESEND {
            true => LOST.to_vec(),
            false => faults_of(operation),
        };
        Self {
            seed,
            on,
            dialect: *[Dialect::Finhub, Dialect::Upstream]
                .choose(&mut rng)
                .unwrap(),
            operation,
            kill,
            fault: *faults.choose(&mut rng).unwrap(),
            webhooks: ["normal", "lost", "duplicate", "before_answer"]
                .choose(&mut rng)
                .unwrap(),
            secrets: Secrets::draw(&mut rng),
        }
    }

    pub fn setup(&self) -> Setup {
        let mut setup = Setup::new(env!("CARGO_BIN_EXE_cardmux-under-test"));
        setup.dialect = self.dialect;
        // A machine under load must not look like a provider that hangs.
        setup.call_timeout_ms = 2000;
        setup.attempt_timeout_ms = 1800;
        if self.has_secret() {
            // Whatever any part of it says goes to the log that is searched.
            setup.log_filter = "trace";
        }
        setup
    }

    /// Whether a PIN is on its way.
    pub fn has_secret(&self) -> bool {
        matches!(self.operation, Operation::Activate | Operation::SetPin)
    }

    /// The failpoint the gateway is armed with. What is there before is made by the same process,
    /// and passes the same failpoints.
    pub fn armed(&self) -> Option<String> {
        let Kill::At(point) = self.kill else {
            return None;
        };
        let before = match self.kill == RESEND {
            true => 0,
            false => self.operation.preparations(),
        };
        Some(format!("{point}:{}", before + 1))
    }

    /// The emulator's fault script.
    pub fn faults(&self) -> Value {
        let rule = |(kind, millis): (&str, Option<u32>)| {
            let path = self.operation.path(self.dialect);
            let mut rule = json!({ "kind": kind, "path": path });
            if let Some(millis) = millis {
                rule["millis"] = millis.into();
            }
            // Sent again, every attempt before must have got lost.
            if self.kill != RESEND {
                rule["times"] = 1.into();
            }
            rule
        };
        let rules = self.fault.map(Fault::rules).unwrap_or_default();
        rules.into_iter().map(rule).collect()
    }
}

fn faults_of(operation: Operation) -> Vec<Option<Fault>> {
    let mut faults = vec![
        None,
        Some(Fault::DropAfter),
        Some(Fault::DropBefore),
        Some(Fault::ErrorAfter),
        Some(Fault::Hang),
    ];
    if operation.has_number() {
        faults.push(Some(Fault::Late));
    }
    if operation.has_number() && operation.is_sent_again() {
        faults.push(Some(Fault::Unseen));
    }
    if operation.is_transfer() {
        // What is told of nowhere but in the ledger is worth a second chance.
        faults.push(Some(Fault::Unseen));
    }
    faults
}

impl Fault {
    fn rules(self) -> Vec<(&'static str, Option<u32>)> {
        match self {
            Self::DropAfter => vec![("drop_after", None)],
            Self::DropBefore => vec![("drop_before", None)],
            Self::ErrorBefore => vec![("error_before", None)],
            Self::ErrorAfter => vec![("error_after", None)],
            Self::Hang => vec![("hang", Some(3000))],
            Self::Late => vec![("invisible", Some(900))],
            Self::Unseen => vec![("invisible", Some(6000)), ("drop_after", None)],
        }
    }
}

impl Secrets {
    fn draw(rng: &mut StdRng) -> Self {
        Self {
            pin: pin(rng),
            other_pin: pin(rng),
            activation_code: format!("code-canary-{:016x}", rng.random::<u64>()),
            card_serial: rng.random_range(100_000_000..1_000_000_000),
        }
    }
}

/// Six different digits that neither rise nor fall: what the card type's rule takes.
fn pin(rng: &mut StdRng) -> String {
    let mut digits: Vec<char> = ('0'..='9').collect();
    loop {
        digits.shuffle(rng);
        let pin = &digits[..6];
        if !pin.is_sorted() && !pin.iter().rev().is_sorted() {
            return pin.iter().collect();
        }
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
