//! What was spent before: what a check asks, and what it is told.

use std::collections::HashMap;

use super::Scope;
use crate::money::{Currency, Decimal};
use crate::time::Timestamp;
use crate::transaction::Merchant;

/// What was counted before, in one scope since one time.
///
/// Only payments that count ([`Authorization::counts`]) and had asked for more than zero: a merchant
/// that only looks whether the card works spends nothing, so it uses up no limit.
///
/// [`Authorization::counts`]: crate::authorization::Authorization::counts
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spent {
    /// Sums of [`Authorization::counted`], one of each currency.
    ///
    /// [`Authorization::counted`]: crate::authorization::Authorization::counted
    pub amounts: Vec<(Currency, Decimal)>,
    pub count: u32,
}

impl Spent {
    pub fn of(&self, currency: Currency) -> Decimal {
        let same = self.amounts.iter().filter(|(other, _)| *other == currency);
        same.fold(Decimal::ZERO, |sum, (_, amount)| {
            sum.saturating_add(*amount)
        })
    }
}

/// One thing a check has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Question {
    /// What was received at `since` or later; `None`: ever.
    Spent {
        scope: Scope,
        since: Option<Timestamp>,
    },
    FirstMerchant {
        scope: Scope,
    },
}

/// Knows what was spent before.
pub trait History {
    /// Why it cannot tell: `Infallible` where it always can.
    type Error;

    /// What was received in the scope at `since` or later; `None`: ever.
    fn spent(&self, scope: Scope, since: Option<Timestamp>) -> Result<Spent, Self::Error>;

    /// Of the payments in [`Spent`], ever, the merchant of the one received first (of two in one
    /// millisecond, the one with the lesser id).
    fn first_merchant(&self, scope: Scope) -> Result<Option<Merchant>, Self::Error>;
}

/// Answers to the [`questions`](super::questions) of a check, gathered before it.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    spent: HashMap<(Scope, Option<Timestamp>), Spent>,
    first_merchants: HashMap<Scope, Option<Merchant>>,
}

/// A question of the check was not answered before it: a mistake in the program, never a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a spend control needs to know what was not looked up: {0:?}")]
pub struct Unanswered(pub Question);

impl Answers {
    /// The answer to [`Question::Spent`].
    pub fn put_spent(&mut self, scope: Scope, since: Option<Timestamp>, spent: Spent) {
        self.spent.insert((scope, since), spent);
    }

    /// The answer to [`Question::FirstMerchant`]; `None`: nothing was paid yet.
    pub fn put_first_merchant(&mut self, scope: Scope, merchant: Option<Merchant>) {
        self.first_merchants.insert(scope, merchant);
    }
}

impl History for Answers {
    type Error = Unanswered;

    fn spent(&self, scope: Scope, since: Option<Timestamp>) -> Result<Spent, Unanswered> {
        let answer = self.spent.get(&(scope, since)).cloned();
        answer.ok_or(Unanswered(Question::Spent { scope, since }))
    }

    fn first_merchant(&self, scope: Scope) -> Result<Option<Merchant>, Unanswered> {
        let answer = self.first_merchants.get(&scope).cloned();
        answer.ok_or(Unanswered(Question::FirstMerchant { scope }))
    }
}
