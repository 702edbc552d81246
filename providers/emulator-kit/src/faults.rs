//! Scripted faults: which call goes wrong, and how.
//!
//! Rules are tried in order and the first one that fires decides, except that `invisible` rules
//! apply beside it (an order can be both hidden and answered by a dropped connection).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The provider's own business refusal; nothing is done.
    Refuse,
    /// Nothing is done and nothing is answered for `millis`, then the connection is closed.
    Hang,
    /// The connection is closed before anything is done.
    DropBefore,
    /// The work is done, then the connection is closed without an answer.
    DropAfter,
    /// A server error, nothing done.
    ErrorBefore,
    /// The work is done, then a server error is answered.
    ErrorAfter,
    /// 429 with `Retry-After`; nothing is done.
    RateLimit,
    /// The work is done; half of the answer's body arrives.
    Truncate,
    /// The work is done and answered, but queries do not show it for `millis`.
    Invisible,
    /// The work is done, the answer comes after `millis`.
    Delay,
}

/// One line of the script, as `PUT /_emulator/faults` takes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRule {
    /// Matches the end of the request path; any path when absent.
    pub path: Option<String>,
    pub kind: FaultKind,
    /// How often the rule fires; without limit when absent.
    pub times: Option<u64>,
    /// How many matching calls pass before the rule may fire.
    #[serde(default)]
    pub skip: u64,
    /// Chance of firing per matching call, from the emulator's seed.
    pub probability: Option<f64>,
    /// Real milliseconds, for `hang`, `invisible` and `delay`.
    pub millis: Option<u64>,
}

/// What the gate does with a call, and what it asks of the provider's handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verdict {
    pub fault: Option<(FaultKind, Option<Duration>)>,
    pub invisible: Option<Invisible>,
}

/// A fault the provider's handler must put into its own words; found in the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Injected {
    Refuse,
    RateLimit,
    ErrorBefore,
    ErrorAfter,
}

/// In the request's extensions: what this call creates stays out of queries for that long (real).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invisible(pub Duration);

/// How long an `invisible` or `delay` rule works when it does not say.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);

struct Script {
    rules: Vec<FaultRule>,
    rng: StdRng,
}

pub struct FaultBoard {
    seed: u64,
    script: Mutex<Script>,
}

impl FaultBoard {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            script: Mutex::new(Script::new(seed, Vec::new())),
        }
    }

    /// Replaces the whole script and starts the seeded draw anew.
    pub fn replace(&self, rules: Vec<FaultRule>) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = Script::new(self.seed, rules);
    }

    pub fn judge(&self, path: &str) -> Verdict {
        self.script
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .judge(path)
    }
}

impl Script {
    fn new(seed: u64, rules: Vec<FaultRule>) -> Self {
        Self {
            rules,
            rng: StdRng::seed_from_u64(seed),
        }
    }

    fn judge(&mut self, path: &str) -> Verdict {
        let mut verdict = Verdict::default();
        let Self { rules, rng } = self;
        for rule in rules.iter_mut() {
            let hides = rule.kind == FaultKind::Invisible;
            let taken = if hides {
                verdict.invisible.is_some()
            } else {
                verdict.fault.is_some()
            };
            if taken || !rule.fires(path, rng) {
                continue;
            }
            let wait = rule.millis.map(Duration::from_millis);
            if hides {
                verdict.invisible = Some(Invisible(wait.unwrap_or(DEFAULT_WAIT)));
            } else {
                verdict.fault = Some((rule.kind, wait));
            }
        }
        verdict
    }
}

impl FaultRule {
    /// Whether the rule applies to this call; counts `skip` and `times` down.
    fn fires(&mut self, path: &str, rng: &mut StdRng) -> bool {
        if !self
            .path
            .as_deref()
            .is_none_or(|suffix| path.ends_with(suffix))
        {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self.times == Some(0) || !self.probability.is_none_or(|chance| draw(rng, chance)) {
            return false;
        }
        self.times = self.times.map(|left| left - 1);
        true
    }
}

fn draw(rng: &mut StdRng, chance: f64) -> bool {
    rng.random::<f64>() < chance
}

/// How long a call is held back when the rule does not say: longer than any client waits for `hang`.
pub fn wait(kind: FaultKind, millis: Option<Duration>) -> Duration {
    const FOREVER: Duration = Duration::from_secs(600);
    millis.unwrap_or(if kind == FaultKind::Hang {
        FOREVER
    } else {
        DEFAULT_WAIT
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(rules: serde_json::Value) -> FaultBoard {
        let board = FaultBoard::new(7);
        board.replace(serde_json::from_value(rules).unwrap());
        board
    }

    fn kinds(board: &FaultBoard, path: &str, calls: usize) -> Vec<Option<FaultKind>> {
        (0..calls)
            .map(|_| board.judge(path).fault.map(|(kind, _)| kind))
            .collect()
    }

    #[test]
    fn skip_and_times_bound_a_rule() {
        let board = board(serde_json::json!([
            {"path": "/deposit", "kind": "drop_after", "skip": 1, "times": 1},
        ]));
        assert_eq!(
            kinds(&board, "/a/deposit", 3),
            [None, Some(FaultKind::DropAfter), None]
        );
        assert_eq!(kinds(&board, "/a/withdraw", 1), [None]);
    }

    #[test]
    fn invisible_applies_beside_another_fault() {
        let board = board(serde_json::json!([
            {"kind": "invisible", "millis": 5}, {"kind": "drop_after"},
        ]));
        let verdict = board.judge("/x");
        assert_eq!(verdict.invisible, Some(Invisible(Duration::from_millis(5))));
        assert_eq!(verdict.fault, Some((FaultKind::DropAfter, None)));
    }

    #[test]
    fn a_chance_repeats_with_its_seed() {
        let rules = serde_json::json!([{"kind": "refuse", "probability": 0.5}]);
        let first = kinds(&board(rules.clone()), "/x", 40);
        assert_eq!(first, kinds(&board(rules), "/x", 40));
        assert!(first.contains(&None) && first.contains(&Some(FaultKind::Refuse)));
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let rule = serde_json::json!({"kind": "refuse", "tiems": 1});
        assert!(serde_json::from_value::<FaultRule>(rule).is_err());
    }
}
