//! The back-test: what other rules would have said of the payments that were asked for.

mod memory;
mod sums;

use std::collections::{HashMap, HashSet};

use self::memory::{Known, Memory, scopes};
use super::check::{Attempt, check};
use super::{Scope, SpendControl};
use crate::authorization::{DeclineReason, Reason, Verdict};
use crate::id::{AuthorizationId, BudgetId, CardId, CustomerId};
use crate::ledger::BookOwner;
use crate::money::{Decimal, Money};
use crate::time::Timestamp;
use crate::transaction::Merchant;

/// A payment that we were asked about, with all that controls and funds do not decide.
#[derive(Debug, Clone)]
pub struct Asked {
    pub authorization: AuthorizationId,
    /// When it was received.
    pub at: Timestamp,
    pub card: CardId,
    pub customer: Option<CustomerId>,
    pub budget: Option<BudgetId>,
    /// Whose money it takes; `None`: none of a book, so funds decide nothing.
    pub drawn_on: Option<BookOwner>,
    pub amount: Money,
    pub merchant: Merchant,
    /// What was in its way beside controls and funds: card state, currency, no budget, a deadline
    /// that came before they had said anything.
    pub other_reasons: Vec<Reason>,
    /// What whoever was asked after rules and funds had said yes made of it: the tenant's endpoint or
    /// the stand-in, or the deadline that came while they were asked. `None` where nobody was.
    pub beyond_rules: Option<Verdict>,
    /// What was answered.
    pub verdict: Verdict,
}

/// What happened, in the order in which it did.
#[derive(Debug, Clone)]
pub enum Happening {
    Asked(Asked),
    /// An authorization we were never asked about: the network approved or presented it by itself.
    /// What moved with it is a [`Moved`](Self::Moved).
    Unasked(Counted),
    /// What limits count of an authorization from now on. That they count one from the moment it was
    /// asked for is not told; that one was declined by its endpoint afterwards is.
    Changed {
        authorization: AuthorizationId,
        counted: Decimal,
        counts: bool,
    },
    /// What is available in a book became so much more, or less, by anything but the hold of an
    /// [`Asked`](Self::Asked): the release of that hold is told, whatever it came from.
    Moved {
        book: BookOwner,
        available: Decimal,
        /// Of which authorization it is a consequence.
        authorization: Option<AuthorizationId>,
    },
}

/// An authorization, and what limits count of it.
#[derive(Debug, Clone)]
pub struct Counted {
    pub authorization: AuthorizationId,
    pub at: Timestamp,
    pub card: CardId,
    pub customer: Option<CustomerId>,
    pub budget: Option<BudgetId>,
    /// What was asked for: of zero it is never counted.
    pub amount: Money,
    /// In the same currency.
    pub counted: Decimal,
    pub counts: bool,
    pub merchant: Merchant,
}

/// Where a back-test begins.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// In each book; one that is missing has nothing.
    pub available: HashMap<BookOwner, Decimal>,
    /// All that limits count, and all that they may come to count by a later
    /// [`Changed`](Happening::Changed).
    pub counted: Vec<Counted>,
}

/// A payment decided anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    pub authorization: AuthorizationId,
    pub recorded: Verdict,
    pub replayed: Verdict,
    /// Why it is declined now, as far as it was decided here: empty where the decline is what was
    /// said beyond the rules.
    pub reasons: Vec<Reason>,
}

/// Decide what was asked for again, under these controls, in the order in which it was; everything is
/// of one tenant. All controls count, whatever their stage. Under the controls in force then, the
/// verdicts are those recorded.
///
/// # Behaviour
///
/// - Where rules and funds now say no to what they had said yes to, nothing is held and counted, and
///   all that happened to that authorization later does not happen.
/// - Where they now say yes to what they had said no to, its amount is held and counted from then on,
///   for good: what would have become of it is not recorded. What did happen to it later does not
///   happen either, so that nothing is taken twice.
/// - Whoever is asked beyond the rules says what it had said, and yes where it had not been asked.
pub fn replay(
    start: Start,
    happenings: impl IntoIterator<Item = Happening>,
    controls: &[SpendControl],
) -> Vec<Replayed> {
    let Start { available, counted } = start;
    let happenings: Vec<Happening> = happenings.into_iter().collect();
    let mut run = Run::begin(available, &counted, &happenings, controls);
    let decided = happenings
        .iter()
        .filter_map(|happening| run.take(happening));
    decided.collect()
}

struct Run<'a> {
    controls: HashMap<Scope, Vec<&'a SpendControl>>,
    memory: Memory<'a>,
    available: HashMap<BookOwner, Decimal>,
    /// Rules and funds said something else about them than they had: what is recorded of them did
    /// not happen.
    departed: HashSet<AuthorizationId>,
}

impl<'a> Run<'a> {
    fn begin(
        available: HashMap<BookOwner, Decimal>,
        counted: &'a [Counted],
        happenings: &'a [Happening],
        controls: &'a [SpendControl],
    ) -> Self {
        let mut by_scope: HashMap<Scope, Vec<&SpendControl>> = HashMap::new();
        for control in controls {
            by_scope.entry(control.scope).or_default().push(control);
        }
        let wanted = by_scope.keys().copied().collect();
        let later = happenings.iter().filter_map(|happening| match happening {
            Happening::Asked(asked) => Some(Known::from(asked)),
            Happening::Unasked(counted) => Some(Known::from(counted)),
            Happening::Changed { .. } | Happening::Moved { .. } => None,
        });
        let known = counted.iter().map(Known::from).chain(later).collect();
        let mut run = Self {
            controls: by_scope,
            memory: Memory::of(known, &wanted),
            available,
            departed: HashSet::new(),
        };
        for counted in counted {
            run.count(counted.authorization, counted.counted, counted.counts);
        }
        run
    }

    fn take(&mut self, happening: &Happening) -> Option<Replayed> {
        match happening {
            Happening::Asked(asked) => return Some(self.decide(asked)),
            Happening::Unasked(counted) => {
                self.count(counted.authorization, counted.counted, counted.counts);
            }
            Happening::Changed {
                authorization,
                counted,
                counts,
            } => self.count(*authorization, *counted, *counts),
            Happening::Moved {
                book,
                available,
                authorization,
            } => {
                let departed = authorization.is_some_and(|id| self.departed.contains(&id));
                if !departed {
                    self.change_available(*book, *available);
                }
            }
        }
        None
    }

    fn count(&mut self, authorization: AuthorizationId, counted: Decimal, counts: bool) {
        if !self.departed.contains(&authorization) {
            self.memory.count(authorization, counted, counts);
        }
    }

    fn change_available(&mut self, book: BookOwner, change: Decimal) {
        let available = self.available.entry(book).or_default();
        *available = available.saturating_add(change);
    }

    fn decide(&mut self, asked: &Asked) -> Replayed {
        let mut reasons = asked.other_reasons.clone();
        reasons.extend(self.control_reasons(asked));
        reasons.extend(self.funds_reason(asked));
        let passes = reasons.is_empty();
        if passes && asked.amount.is_positive() {
            let amount = asked.amount.amount;
            self.count(asked.authorization, amount, true);
            if let Some(book) = asked.drawn_on {
                self.change_available(book, -amount);
            }
        }
        let had_passed = asked.verdict == Verdict::Approve || asked.beyond_rules.is_some();
        if passes != had_passed {
            self.departed.insert(asked.authorization);
        }
        let replayed = match passes {
            true => asked.beyond_rules.unwrap_or(Verdict::Approve),
            false => Verdict::Decline,
        };
        Replayed {
            authorization: asked.authorization,
            recorded: asked.verdict,
            replayed,
            reasons,
        }
    }

    fn control_reasons(&self, asked: &Asked) -> Vec<Reason> {
        let scopes = scopes(asked.card, asked.customer, asked.budget);
        let covering = scopes.filter_map(|scope| self.controls.get(&scope));
        let attempt = Attempt {
            at: asked.at,
            amount: asked.amount,
            merchant: &asked.merchant,
        };
        let Ok(reasons) = check(covering.flatten().copied(), &attempt, &self.memory);
        reasons
    }

    fn funds_reason(&self, asked: &Asked) -> Option<Reason> {
        let available = self.available.get(&asked.drawn_on?);
        let available = available.copied().unwrap_or_default();
        let short = asked.amount.is_positive() && available < asked.amount.amount;
        short.then(|| {
            let available = Money::new(available, asked.amount.currency);
            Reason {
                code: DeclineReason::InsufficientFunds,
                control: None,
                detail: Some(format!("available {available}, asked {}", asked.amount)),
            }
        })
    }
}

impl<'a> From<&'a Asked> for Known<'a> {
    fn from(asked: &'a Asked) -> Self {
        Self {
            authorization: asked.authorization,
            at: asked.at,
            card: asked.card,
            customer: asked.customer,
            budget: asked.budget,
            amount: asked.amount,
            merchant: &asked.merchant,
        }
    }
}

impl<'a> From<&'a Counted> for Known<'a> {
    fn from(counted: &'a Counted) -> Self {
        Self {
            authorization: counted.authorization,
            at: counted.at,
            card: counted.card,
            customer: counted.customer,
            budget: counted.budget,
            amount: counted.amount,
            merchant: &counted.merchant,
        }
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
