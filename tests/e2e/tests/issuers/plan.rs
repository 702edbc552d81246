//! What happens in the run of a seed.

use cardmux_e2e::Issuer;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

#[derive(Debug)]
pub struct Plan {
    pub seed: u64,
    pub issuer: Issuer,
    pub operation: Operation,
    pub kill: Kill,
    pub fault: Option<Fault>,
    /// The card is used meanwhile, so that its balance proves nothing.
    pub spends: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Issue,
    Deposit,
    Withdraw,
    Freeze,
    Unfreeze,
    Cancel,
}

/// When the gateway is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    Never,
    /// By itself, at a failpoint.
    At(&'static str),
    /// When the issuer has received the call.
    AtCall,
    /// So many milliseconds after the request was sent.
    After(u64),
}

/// On its way through the issuer's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    DropAfter,
    DropBefore,
    ErrorAfter,
    ErrorBefore,
    Hang,
    Truncated,
    /// Done and answered, but lists and reads show it late, within the settle time.
    Late,
    /// The answer is lost, and reads show it late.
    LostAndLate,
}

pub const KILLS: [&str; 6] = [
    "never",
    "intent_committed",
    "before_committed",
    "provider_answered",
    "call_received",
    "random_delay",
];

impl Operation {
    pub const ALL: [Self; 6] = [
        Self::Issue,
        Self::Deposit,
        Self::Withdraw,
        Self::Freeze,
        Self::Unfreeze,
        Self::Cancel,
    ];

    /// The API's word.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Deposit => "deposit",
            Self::Withdraw => "withdraw",
            Self::Freeze => "freeze",
            Self::Unfreeze => "unfreeze",
            Self::Cancel => "cancel",
        }
    }

    /// What the card is put through before, by the API's words.
    pub fn before(self) -> &'static [&'static str] {
        match self {
            Self::Issue => &[],
            Self::Deposit | Self::Freeze => &["issue"],
            Self::Withdraw | Self::Cancel => &["issue", "deposit"],
            Self::Unfreeze => &["issue", "freeze"],
        }
    }

    /// The end of the path of its call.
    fn path(self, issuer: Issuer) -> &'static str {
        let [fincard, finup, bfinance] = match self {
            Self::Issue => Issuer::ALL.map(Issuer::issue_path),
            Self::Deposit => ["/card/deposit", "/deposit", "/topup"],
            Self::Withdraw => ["/card/withdraw", "/withdraw", "/withdraw"],
            Self::Freeze => ["/card/v2/freeze", "/cards/freeze", "/freeze"],
            Self::Unfreeze => ["/card/v2/unfreeze", "/cards/unfreeze", "/unfreeze"],
            Self::Cancel => ["/card/cancel", "/cards/close", "/delete"],
        };
        match issuer {
            Issuer::Fincard => fincard,
            Issuer::Finup => finup,
            Issuer::Bfinance => bfinance,
        }
    }
}

/// Kinds of which the gateway reads the card before it sends them, where references are not kept.
const COMPARED: [&str; 3] = ["deposit", "withdraw", "cancel"];

impl Plan {
    pub fn of(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        // In turn, so that few seeds cover each operation of each issuer at each kill point.
        let mut rest = usize::try_from(seed).expect("a small seed");
        let mut next = |count: usize| {
            let digit = rest % count;
            rest /= count;
            digit
        };
        let issuer = Issuer::ALL[next(Issuer::ALL.len())];
        let operation = Operation::ALL[next(Operation::ALL.len())];
        let compares = issuer != Issuer::Fincard && COMPARED.contains(&operation.kind());
        let kill = match KILLS[next(KILLS.len())] {
            "never" => Kill::Never,
            "call_received" => Kill::AtCall,
            "random_delay" => Kill::After(rng.random_range(0..200)),
            "before_committed" if !compares => Kill::At("result_committed"),
            point => Kill::At(point),
        };
        let faults = [
            None,
            Some(Fault::DropAfter),
            Some(Fault::DropBefore),
            Some(Fault::ErrorAfter),
            Some(Fault::ErrorBefore),
            Some(Fault::Hang),
            Some(Fault::Truncated),
            Some(Fault::Late),
            Some(Fault::LostAndLate),
        ];
        Self {
            seed,
            issuer,
            operation,
            kill,
            fault: *faults.choose(&mut rng).unwrap(),
            spends: rng.random_bool(0.2) && operation != Operation::Issue,
        }
    }

    /// The failpoint the gateway is armed with: what is there before passes the same ones.
    pub fn armed(&self) -> Option<String> {
        let Kill::At(point) = self.kill else {
            return None;
        };
        let passed = self.operation.before().iter().filter(|kind| {
            point != "before_committed" || self.issuer != Issuer::Fincard && COMPARED.contains(kind)
        });
        Some(format!("{point}:{}", passed.count() + 1))
    }

    pub fn path(&self) -> &'static str {
        self.operation.path(self.issuer)
    }

    /// The emulator's fault script.
    pub fn faults(&self) -> Value {
        let kinds: &[(&str, u32)] = match self.fault {
            None => &[],
            Some(Fault::DropAfter) => &[("drop_after", 0)],
            Some(Fault::DropBefore) => &[("drop_before", 0)],
            Some(Fault::ErrorAfter) => &[("error_after", 0)],
            Some(Fault::ErrorBefore) => &[("error_before", 0)],
            Some(Fault::Hang) => &[("hang", 1500)],
            Some(Fault::Truncated) => &[("truncate", 0)],
            Some(Fault::Late) => &[("invisible", 900)],
            Some(Fault::LostAndLate) => &[("invisible", 900), ("drop_after", 0)],
        };
        let rule = |(kind, millis): &(&str, u32)| json!({ "kind": kind, "path": self.path(), "times": 1, "millis": millis });
        kinds.iter().map(rule).collect()
    }
}

impl Kill {
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            // The last step of those that are not compared.
            Self::At("result_committed") => "before_committed",
            Self::At(point) => point,
            Self::AtCall => "call_received",
            Self::After(_) => "random_delay",
        }
    }
}
