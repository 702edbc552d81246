//! A gateway without index and cleverness, which records what a back-test is given: everything is
//! looked for by going through all there is.

use std::collections::HashMap;
use std::convert::Infallible;

use super::*;
use crate::id::fresh;
use crate::spend_control::{History, Spent};

/// Two customers, two budgets; the last two cards have neither, and one of them has money of its own.
pub struct World {
    pub cards: Vec<CardId>,
    pub customers: Vec<CustomerId>,
    pub budgets: Vec<BudgetId>,
    pub merchants: Vec<Merchant>,
}

impl World {
    pub fn new() -> Self {
        let merchant = |id: Option<&str>, name: Option<&str>, mcc: &str, country: &str| Merchant {
            merchant_id: id.map(str::to_owned),
            name: name.map(str::to_owned),
            mcc: Some(mcc.to_owned()),
            country: Some(country.to_owned()),
            ..Merchant::default()
        };
        Self {
            cards: (0..5).map(|_| fresh()).collect(),
            customers: (0..2).map(|_| fresh()).collect(),
            budgets: (0..2).map(|_| fresh()).collect(),
            merchants: vec![
                merchant(Some("M-1"), Some("Airline"), "3001", "LTU"),
                merchant(None, Some("airline "), "3001", "lt"),
                merchant(Some("M-2"), None, "5999", "US"),
                merchant(None, None, "", ""),
            ],
        }
    }

    pub fn customer(&self, card: usize) -> Option<CustomerId> {
        [0, 0, 1].get(card).map(|at| self.customers[*at])
    }

    pub fn budget(&self, card: usize) -> Option<BudgetId> {
        [0, 1, 1].get(card).map(|at| self.budgets[*at])
    }

    pub fn books(&self) -> [BookOwner; 3] {
        let [one, two] = [0, 1].map(|at| self.budgets[at].into());
        [one, two, self.cards[3].into()]
    }

    fn drawn_on(&self, payment: &Counted) -> Option<BookOwner> {
        let owner = BookOwner::drawn_on(payment.card, payment.budget);
        self.books().contains(&owner).then_some(owner)
    }
}

#[derive(Debug, Clone)]
pub enum Step {
    Pay {
        card: usize,
        merchant: usize,
        amount: Money,
        other_reason: bool,
        endpoint: Option<Verdict>,
    },
    Fund {
        book: usize,
        amount: Decimal,
    },
    Unasked {
        card: usize,
        merchant: usize,
        amount: Money,
    },
    /// All that follows is about one of the authorizations there are: which, by chance.
    Reverse(usize, Decimal),
    Expire(usize),
    Post(usize, Decimal),
    /// The network says yes to what was declined.
    Force(usize),
}

#[derive(Debug, Clone)]
pub struct Held {
    pub counted: Counted,
    pub held: Decimal,
    pub posted: Decimal,
}

pub struct Model<'a> {
    world: &'a World,
    controls: &'a [SpendControl],
    pub payments: Vec<Held>,
    pub available: HashMap<BookOwner, Decimal>,
    /// Declined by the endpoint, their holds not released yet.
    declined: Vec<usize>,
    pub happened: Vec<Happening>,
    pub said: Vec<(Verdict, Vec<DeclineReason>)>,
}

impl<'a> Model<'a> {
    pub fn new(world: &'a World, controls: &'a [SpendControl]) -> Self {
        Self {
            world,
            controls,
            payments: Vec::new(),
            available: HashMap::new(),
            declined: Vec::new(),
            happened: Vec::new(),
            said: Vec::new(),
        }
    }

    pub fn begins_here(&mut self) -> Start {
        self.happened.clear();
        self.said.clear();
        Start {
            available: self.available.clone(),
            counted: self.payments.iter().map(|p| p.counted.clone()).collect(),
        }
    }

    pub fn step(&mut self, step: &Step, at: Timestamp) {
        // An endpoint takes its time: the hold is given back only after what comes next.
        let declined = std::mem::take(&mut self.declined);
        match step.clone() {
            Step::Pay {
                card,
                merchant,
                amount,
                other_reason,
                endpoint,
            } => {
                let payment = self.payment(at, card, merchant, amount);
                self.pay(payment, other_reason, endpoint);
            }
            Step::Fund { book, amount } => {
                let book = self.world.books()[book];
                self.moved(Some(book), amount, None);
            }
            Step::Unasked {
                card,
                merchant,
                amount,
            } => {
                let counted = Counted {
                    counted: amount.amount,
                    counts: true,
                    ..self.payment(at, card, merchant, amount)
                };
                self.happened.push(Happening::Unasked(counted.clone()));
                let book = self.world.drawn_on(&counted);
                self.moved(book, -amount.amount, Some(counted.authorization));
                self.payments.push(Held {
                    counted,
                    held: Decimal::ZERO,
                    posted: amount.amount,
                });
            }
            Step::Reverse(which, part) => self.with(which, |payment| {
                let released = payment.held.min(part);
                payment.held -= released;
                (
                    released,
                    payment.held > Decimal::ZERO || payment.posted > Decimal::ZERO,
                )
            }),
            Step::Expire(which) => self.with(which, |payment| {
                let released = std::mem::take(&mut payment.held);
                (released, payment.posted > Decimal::ZERO)
            }),
            Step::Post(which, amount) => self.with(which, |payment| {
                let released = std::mem::take(&mut payment.held);
                payment.posted += amount;
                (released - amount, true)
            }),
            Step::Force(which) => self.with(which, |payment| {
                let amount = payment.counted.amount.amount;
                match payment.counted.counts {
                    true => (Decimal::ZERO, true),
                    false => {
                        payment.held = amount;
                        (-amount, true)
                    }
                }
            }),
        }
        for which in declined {
            self.with(which, |payment| {
                let released = std::mem::take(&mut payment.held);
                (released, payment.posted > Decimal::ZERO)
            });
        }
    }

    fn payment(&self, at: Timestamp, card: usize, merchant: usize, amount: Money) -> Counted {
        Counted {
            authorization: fresh(),
            at,
            card: self.world.cards[card],
            customer: self.world.customer(card),
            budget: self.world.budget(card),
            amount,
            counted: Decimal::ZERO,
            counts: false,
            merchant: self.world.merchants[merchant].clone(),
        }
    }

    fn pay(&mut self, payment: Counted, other_reason: bool, endpoint: Option<Verdict>) {
        let amount = payment.amount;
        let not_active = Reason {
            code: DeclineReason::CardNotActive,
            control: None,
            detail: None,
        };
        let other_reasons = Vec::from_iter(other_reason.then_some(not_active));
        let covers = |control: &&SpendControl| match control.scope {
            Scope::Card(card) => card == payment.card,
            Scope::Customer(customer) => Some(customer) == payment.customer,
            Scope::Budget(budget) => Some(budget) == payment.budget,
            Scope::Tenant => true,
        };
        let attempt = Attempt {
            at: payment.at,
            amount,
            merchant: &payment.merchant,
        };
        let Ok(of_controls) = check(
            self.controls.iter().filter(covers),
            &attempt,
            &Plain(&self.payments),
        );
        let all = other_reasons.iter().chain(&of_controls);
        let mut codes: Vec<DeclineReason> = all.map(|reason| reason.code).collect();
        let drawn_on = self.world.drawn_on(&payment);
        if let Some(book) = drawn_on {
            let available = self.available.get(&book).copied().unwrap_or_default();
            if amount.amount > Decimal::ZERO && available < amount.amount {
                codes.push(DeclineReason::InsufficientFunds);
            }
        }
        let passes = codes.is_empty();
        let beyond_rules = endpoint.filter(|_| passes);
        let verdict = match passes {
            true => beyond_rules.unwrap_or(Verdict::Approve),
            false => Verdict::Decline,
        };
        let Counted {
            authorization,
            at,
            card,
            customer,
            budget,
            merchant,
            ..
        } = payment.clone();
        self.happened.push(Happening::Asked(Asked {
            authorization,
            at,
            card,
            customer,
            budget,
            drawn_on,
            amount,
            merchant,
            other_reasons,
            beyond_rules,
            verdict,
        }));
        self.said.push((verdict, codes));
        let mut payment = Held {
            counted: payment,
            held: Decimal::ZERO,
            posted: Decimal::ZERO,
        };
        if passes {
            payment.held = amount.amount;
            payment.counted.counted = amount.amount;
            payment.counted.counts = true;
            if let Some(book) = drawn_on {
                *self.available.entry(book).or_default() -= amount.amount;
            }
        }
        if beyond_rules == Some(Verdict::Decline) {
            self.declined.push(self.payments.len());
        }
        self.payments.push(payment);
    }

    fn moved(&mut self, book: Option<BookOwner>, by: Decimal, of: Option<AuthorizationId>) {
        let Some(book) = book else { return };
        *self.available.entry(book).or_default() += by;
        self.happened.push(Happening::Moved {
            book,
            available: by,
            authorization: of,
        });
    }

    /// Change one; the change says what becomes available by it and whether it still counts.
    fn with(&mut self, which: usize, change: impl FnOnce(&mut Held) -> (Decimal, bool)) {
        if self.payments.is_empty() {
            return;
        }
        let which = which % self.payments.len();
        let payment = &mut self.payments[which];
        let (available, counts) = change(payment);
        payment.counted.counted = payment.held + payment.posted;
        payment.counted.counts = counts;
        let Counted {
            authorization,
            counted,
            ..
        } = payment.counted;
        let book = self.world.drawn_on(&payment.counted);
        self.happened.push(Happening::Changed {
            authorization,
            counted,
            counts,
        });
        self.moved(book, available, Some(authorization));
    }
}

/// The history as it is written down.
pub struct Plain<'a>(pub &'a [Held]);

impl Plain<'_> {
    fn counting(&self, scope: Scope) -> impl Iterator<Item = &Counted> {
        let of_scope = move |payment: &&Counted| match scope {
            Scope::Card(card) => payment.card == card,
            Scope::Customer(customer) => payment.customer == Some(customer),
            Scope::Budget(budget) => payment.budget == Some(budget),
            Scope::Tenant => true,
        };
        let all = self.0.iter().map(|payment| &payment.counted);
        all.filter(of_scope)
            .filter(|payment| payment.counts && payment.amount.amount > Decimal::ZERO)
    }
}

impl History for Plain<'_> {
    type Error = Infallible;

    fn spent(&self, scope: Scope, since: Option<Timestamp>) -> Result<Spent, Infallible> {
        let mut spent = Spent::default();
        for payment in self.counting(scope) {
            if since.is_none_or(|since| payment.at >= since) {
                spent.count += 1;
                spent
                    .amounts
                    .push((payment.amount.currency, payment.counted));
            }
        }
        Ok(spent)
    }

    fn first_merchant(&self, scope: Scope) -> Result<Option<Merchant>, Infallible> {
        let first = self.counting(scope).min_by_key(|p| (p.at, p.authorization));
        Ok(first.map(|payment| payment.merchant.clone()))
    }
}
