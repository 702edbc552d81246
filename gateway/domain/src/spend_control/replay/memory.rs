//! The history of a back-test: all in memory, indexed by the scopes its controls count over.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::convert::Infallible;

use super::sums::Sums;
use crate::id::{AuthorizationId, BudgetId, CardId, CustomerId};
use crate::money::{Currency, Decimal, Money};
use crate::spend_control::{History, Scope, Spent};
use crate::time::Timestamp;
use crate::transaction::Merchant;

/// An authorization that limits may come to count. What they count of it is told by
/// [`Memory::count`].
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub authorization: AuthorizationId,
    pub at: Timestamp,
    pub card: CardId,
    pub customer: Option<CustomerId>,
    pub budget: Option<BudgetId>,
    /// What it asked for: of nothing, nothing is ever counted.
    pub amount: Money,
    pub merchant: &'a Merchant,
}

impl Known<'_> {
    /// The scopes it is in.
    pub fn scopes(&self) -> impl Iterator<Item = Scope> + use<> {
        scopes(self.card, self.customer, self.budget)
    }
}

/// The scopes a payment of this card is in.
pub(super) fn scopes(
    card: CardId,
    customer: Option<CustomerId>,
    budget: Option<BudgetId>,
) -> impl Iterator<Item = Scope> {
    let customer = customer.map(Scope::Customer);
    let budget = budget.map(Scope::Budget);
    let around = [Some(Scope::Card(card)), customer, budget];
    around.into_iter().flatten().chain([Scope::Tenant])
}

#[derive(Debug)]
pub(super) struct Memory<'a> {
    payments: HashMap<AuthorizationId, Payment>,
    scopes: HashMap<Scope, Row<'a>>,
}

#[derive(Debug)]
struct Payment {
    currency: Currency,
    counted: Decimal,
    counts: bool,
    /// Its place in the row of each of its scopes that is asked for.
    places: Vec<(Scope, usize)>,
}

/// The payments of a scope, in the order of receipt and, within a millisecond, of their ids.
#[derive(Debug, Default)]
struct Row<'a> {
    times: Vec<Timestamp>,
    merchants: Vec<&'a Merchant>,
    amounts: BTreeMap<Currency, Sums<Decimal>>,
    count: Option<Sums<i64>>,
    counting: BTreeSet<usize>,
}

impl<'a> Memory<'a> {
    /// Of all that may come to count, none of which does yet; `wanted` are the scopes that are going to
    /// be asked for.
    pub fn of(mut known: Vec<Known<'a>>, wanted: &HashSet<Scope>) -> Self {
        known.sort_by_key(|known| (known.at, known.authorization));
        let mut payments = HashMap::new();
        let mut scopes: HashMap<Scope, Row<'a>> = HashMap::new();
        for known in known.iter().filter(|known| known.amount.is_positive()) {
            let mut places = Vec::new();
            for scope in known.scopes().filter(|scope| wanted.contains(scope)) {
                let row = scopes.entry(scope).or_default();
                places.push((scope, row.times.len()));
                row.times.push(known.at);
                row.merchants.push(known.merchant);
            }
            let payment = Payment {
                currency: known.amount.currency,
                counted: Decimal::ZERO,
                counts: false,
                places,
            };
            payments.insert(known.authorization, payment);
        }
        Self { payments, scopes }
    }

    /// What limits count of an authorization from now on.
    pub fn count(&mut self, authorization: AuthorizationId, counted: Decimal, counts: bool) {
        let Some(payment) = self.payments.get_mut(&authorization) else {
            return;
        };
        let in_sum = |counts: bool, counted: Decimal| match counts {
            true => counted,
            false => Decimal::ZERO,
        };
        let before = in_sum(payment.counts, payment.counted);
        let change = in_sum(counts, counted).saturating_sub(before);
        let more = i64::from(counts) - i64::from(payment.counts);
        (payment.counted, payment.counts) = (counted, counts);
        for (scope, place) in &payment.places {
            if let Some(row) = self.scopes.get_mut(scope) {
                row.change(*place, payment.currency, change, more);
            }
        }
    }
}

impl Row<'_> {
    fn change(&mut self, place: usize, currency: Currency, change: Decimal, more: i64) {
        let length = self.times.len();
        let amounts = self.amounts.entry(currency);
        let amounts = amounts.or_insert_with(|| Sums::zeros(length, Decimal::saturating_add));
        amounts.add(place, change);
        let count = &mut self.count;
        let count = count.get_or_insert_with(|| Sums::zeros(length, i64::saturating_add));
        count.add(place, more);
        match more {
            1.. => self.counting.insert(place),
            ..0 => self.counting.remove(&place),
            0 => false,
        };
    }

    fn spent(&self, since: Option<Timestamp>) -> Spent {
        let first = since.map_or(0, |since| self.times.partition_point(|at| *at < since));
        let amounts = self.amounts.iter();
        let count = self.count.as_ref().map_or(0, |count| count.from(first));
        Spent {
            amounts: amounts
                .map(|(currency, sums)| (*currency, sums.from(first)))
                .collect(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
        }
    }
}

impl History for Memory<'_> {
    type Error = Infallible;

    fn spent(&self, scope: Scope, since: Option<Timestamp>) -> Result<Spent, Infallible> {
        let row = self.scopes.get(&scope);
        Ok(row.map(|row| row.spent(since)).unwrap_or_default())
    }

    fn first_merchant(&self, scope: Scope) -> Result<Option<Merchant>, Infallible> {
        let first = self.scopes.get(&scope).and_then(|row| {
            let place = row.counting.first()?;
            row.merchants.get(*place)
        });
        Ok(first.map(|merchant| (*merchant).clone()))
    }
}
