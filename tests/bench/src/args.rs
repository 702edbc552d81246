//! What to measure and for how long.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, strum::Display, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Bench {
    Read,
    Issue,
    Deposit,
    Overhead,
    Startup,
    Decisions,
    Routing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, strum::Display, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Measure the gateway beside its floors: JSON lines on stdout, a table on stderr
#[derive(Debug, Parser)]
pub struct Args {
    /// Which comparisons; all when none is named
    #[arg(long, env = "BENCH_ONLY", value_delimiter = ',')]
    bench: Vec<Bench>,
    /// Which databases; both when none is named
    #[arg(long, env = "BENCH_BACKEND", value_delimiter = ',')]
    backend: Vec<Backend>,
    /// Length of a round
    #[arg(long, env = "BENCH_SECONDS", default_value_t = 4.0)]
    seconds: f64,
    /// Rounds of each side, after one that is not counted; the median is reported
    #[arg(long, env = "BENCH_ROUNDS", default_value_t = 3)]
    rounds: usize,
    /// Requests under way at once
    #[arg(long, env = "BENCH_CLIENTS", default_value_t = 32)]
    clients: usize,
    /// Cards that exist before anything is measured
    #[arg(long, env = "BENCH_CARDS", default_value_t = 10_000)]
    cards: usize,
    /// Cards there are when decisions are measured, on a hundredth as many budgets
    #[arg(long, env = "BENCH_DECISION_CARDS", default_value_t = 100_000)]
    decision_cards: usize,
    /// One short round over few cards: shows that the bench works, its figures mean nothing
    #[arg(long, env = "BENCH_QUICK")]
    quick: bool,
    /// A PostgreSQL server to use; without it a private one is started
    #[arg(long, env = "CARDMUX_TEST_POSTGRES", hide_env_values = true)]
    postgres: Option<String>,
    /// Where the gateway logs to; by default it formats its log and it goes nowhere
    #[arg(long, env = "BENCH_GATEWAY_LOG")]
    gateway_log: Option<PathBuf>,
    /// A setting of the measured gateway, such as CARDMUX_LOGGING__FILTER=warn
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    set: Vec<(String, String)>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("is not NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// The arguments, decided.
#[derive(Debug)]
pub struct Plan {
    pub benches: Vec<Bench>,
    pub backends: Vec<Backend>,
    pub warm_up: Duration,
    pub round: Duration,
    pub rounds: usize,
    pub clients: usize,
    pub cards: usize,
    pub decision_cards: usize,
    pub postgres: Option<String>,
    pub measured: Measured,
}

/// How the measured gateway differs from one with default configuration.
#[derive(Debug, Clone)]
pub struct Measured {
    pub log: Option<PathBuf>,
    pub variables: Vec<(String, String)>,
}

/// Long enough for pools, caches and prepared statements to fill.
const WARM_UP: Duration = Duration::from_secs(1);
const QUICK_ROUND: Duration = Duration::from_millis(150);
const QUICK_CARDS: usize = 50;
const QUICK_DECISION_CARDS: usize = 100;

impl Args {
    pub fn plan(self) -> Plan {
        use strum::VariantArray as _;
        let or_all = |named: Vec<_>, all: &[_]| {
            if named.is_empty() {
                all.to_vec()
            } else {
                named
            }
        };
        let backends = if self.backend.is_empty() {
            Backend::VARIANTS.to_vec()
        } else {
            self.backend
        };
        let round = Duration::try_from_secs_f64(self.seconds).unwrap_or(Duration::from_secs(4));
        Plan {
            benches: or_all(self.bench, Bench::VARIANTS),
            backends,
            warm_up: if self.quick { QUICK_ROUND } else { WARM_UP },
            round: if self.quick { QUICK_ROUND } else { round },
            rounds: if self.quick { 1 } else { self.rounds.max(1) },
            clients: self.clients.max(1),
            cards: if self.quick {
                QUICK_CARDS
            } else {
                self.cards.max(self.clients)
            },
            decision_cards: if self.quick {
                QUICK_DECISION_CARDS
            } else {
                self.decision_cards
            },
            postgres: self.postgres.filter(|url| !url.is_empty()),
            measured: Measured {
                log: self.gateway_log,
                variables: self.set,
            },
        }
    }
}

impl Plan {
    pub fn wants(&self, bench: Bench) -> bool {
        self.benches.contains(&bench)
    }
}
