//! A gateway that decides one thing after the other, keeps what the store would keep, and looks up
//! what was before by going through all of it.

use std::collections::HashMap;
use std::convert::Infallible;

use cardmux_domain::authorization::{
    Authorization, AuthorizationStatus, DecidedBy, DecisionFacts, DecisionTimes, DeclineReason,
    Reason, Verdict,
};
use cardmux_domain::id::{BudgetId, CardId, CustomerId, TenantId, fresh};
use cardmux_domain::ledger::{Book, BookOwner, Cause, Transfer, TransferKind};
use cardmux_domain::money::{Currency, Decimal, Money};
use cardmux_domain::spend_control::{Attempt, History, Scope, SpendControl, Spent, check};
use cardmux_domain::time::Timestamp;
use cardmux_domain::transaction::Merchant;

/// What somebody does. Cards are 0, on a budget, and 1, with money of its own, of one customer;
/// payments are named by how many came before.
#[derive(Debug, Clone)]
pub enum Step {
    Ask {
        card: usize,
        amount: u32,
        merchant: usize,
        beyond: Beyond,
    },
    Fund {
        card: usize,
        amount: u32,
    },
    /// The network says yes whatever we had said.
    Approve(usize),
    Reverse(usize, u32),
    Present(usize, u32),
    Return(usize),
    Expire(usize),
    /// Presented without having been asked about.
    Unasked {
        card: usize,
        amount: u32,
    },
}

/// What is said after rules and funds had said yes.
#[derive(Debug, Clone, Copy)]
pub enum Beyond {
    Nobody,
    Endpoint(Verdict),
    Deadline,
    /// The deadline came before rules and funds had said anything.
    TooLate,
}

pub struct Model {
    pub cards: [CardId; 2],
    pub customer: CustomerId,
    pub budget: BudgetId,
    pub controls: Vec<SpendControl>,
    pub rows: Vec<Authorization>,
    pub books: HashMap<BookOwner, Book>,
    pub transfers: Vec<Transfer>,
    pub now: Timestamp,
}

fn eur() -> Currency {
    "EUR".parse().unwrap()
}

pub fn tenant() -> TenantId {
    "acme".parse().unwrap()
}

impl Model {
    pub fn new(now: Timestamp) -> Self {
        let (budget, cards) = (fresh(), [fresh(), fresh()]);
        let book = |of: BookOwner| (of, Book::open(of, tenant(), eur(), now));
        Self {
            cards,
            customer: fresh(),
            budget,
            controls: Vec::new(),
            rows: Vec::new(),
            books: [budget.into(), cards[1].into()].map(book).into(),
            transfers: Vec::new(),
            now,
        }
    }

    pub fn take(&mut self, step: &Step) {
        match *step {
            Step::Ask {
                card,
                amount,
                merchant,
                beyond,
            } => self.ask(card, amount, merchant, beyond),
            Step::Fund { card, amount } => {
                self.transfer(self.drawn_on(card), TransferKind::Fund, amount.into(), None);
            }
            Step::Approve(row) => self.go_on(row, |row| {
                (row.status == AuthorizationStatus::Declined).then(|| {
                    row.status = AuthorizationStatus::Held;
                    row.held = row.amount.amount;
                    vec![(TransferKind::ForcedHold, row.amount.amount)]
                })
            }),
            Step::Reverse(row, amount) => self.go_on(row, |row| {
                release(row, amount.into(), AuthorizationStatus::Reversed)
            }),
            Step::Expire(row) => self.go_on(row, |row| {
                release(row, row.held, AuthorizationStatus::Expired)
            }),
            Step::Present(row, amount) => self.go_on(row, |row| {
                let amount = Decimal::from(amount);
                let held = amount.min(row.held);
                row.held -= held;
                row.posted += amount;
                row.status = AuthorizationStatus::Posted;
                let forced = (TransferKind::ForcedPost, amount - held);
                Some(vec![(TransferKind::Post, held), forced])
            }),
            Step::Return(row) => self.go_on(row, |row| {
                (row.posted > Decimal::ZERO).then(|| {
                    row.status = AuthorizationStatus::Returned;
                    vec![(TransferKind::Return, row.posted)]
                })
            }),
            Step::Unasked { card, amount } => {
                let mut row = self.blank(card, amount, 0);
                row.times.evaluated_at = None;
                row.posted = amount.into();
                row.status = AuthorizationStatus::Posted;
                let moved = [(TransferKind::ForcedPost, Decimal::from(amount))];
                self.store(row, &moved);
            }
        }
    }

    fn ask(&mut self, card: usize, amount: u32, merchant: usize, beyond: Beyond) {
        let mut row = self.blank(card, amount, merchant);
        if matches!(beyond, Beyond::TooLate) {
            row.times.evaluated_at = None;
            row.verdict = Some(Verdict::Decline);
            row.reasons = vec![plain(DeclineReason::DeadlineReached)];
            self.store(row, &[]);
            return;
        }
        let attempt = Attempt {
            at: self.now,
            amount: row.amount,
            merchant: &row.merchant,
        };
        let live = self.controls.iter().filter(|c| {
            let scope = c.scope;
            scope == Scope::Tenant
                || scope == Scope::Card(row.card_id)
                || row
                    .customer_id
                    .is_some_and(|id| scope == Scope::Customer(id))
                || row.budget_id.is_some_and(|id| scope == Scope::Budget(id))
        });
        let Ok(mut reasons) = check(live, &attempt, &Rows(&self.rows));
        let available = self.books[&self.drawn_on(card)].available;
        if row.amount.is_positive() && available < row.amount.amount {
            reasons.push(plain(DeclineReason::InsufficientFunds));
        }
        row.reasons = reasons;
        if !row.reasons.is_empty() {
            row.verdict = Some(Verdict::Decline);
            self.store(row, &[]);
            return;
        }
        row.status = AuthorizationStatus::Held;
        row.held = row.amount.amount;
        let hold = [(TransferKind::Hold, row.held)];
        let (said, by) = match beyond {
            Beyond::Nobody => (Verdict::Approve, None),
            Beyond::Endpoint(verdict) => (verdict, Some(DeclineReason::DeclinedByEndpoint)),
            Beyond::Deadline => (Verdict::Decline, Some(DeclineReason::DeadlineReached)),
            Beyond::TooLate => return,
        };
        row.verdict = Some(said);
        if matches!(beyond, Beyond::Endpoint(_)) {
            row.facts.beyond_rules = Some(said);
        }
        self.store(row, &hold);
        if let (Verdict::Decline, Some(by)) = (said, by) {
            self.go_on(self.rows.len() - 1, |row| {
                row.reasons.push(plain(by));
                let held = row.held;
                let done = release(row, held, AuthorizationStatus::Declined);
                row.status = AuthorizationStatus::Declined;
                done
            });
        }
    }

    fn budget_of(&self, card: usize) -> Option<BudgetId> {
        (card == 0).then_some(self.budget)
    }

    fn drawn_on(&self, card: usize) -> BookOwner {
        BookOwner::drawn_on(self.cards[card], self.budget_of(card))
    }

    fn blank(&self, card: usize, amount: u32, merchant: usize) -> Authorization {
        let merchants = ["M-1", "M-2"];
        Authorization {
            id: fresh(),
            tenant: tenant(),
            instance: "finci_main".parse().unwrap(),
            provider_ref: self.rows.len().to_string(),
            card_id: self.cards[card],
            customer_id: Some(self.customer),
            budget_id: self.budget_of(card),
            transaction_id: None,
            status: AuthorizationStatus::Declined,
            amount: Money::new(amount.into(), eur()),
            merchant_amount: None,
            merchant: Merchant {
                merchant_id: Some(merchants[merchant].to_owned()),
                ..Merchant::default()
            },
            held: Decimal::ZERO,
            released: Decimal::ZERO,
            posted: Decimal::ZERO,
            fees: Decimal::ZERO,
            returned: Decimal::ZERO,
            verdict: None,
            decided_by: DecidedBy::Rules,
            reasons: Vec::new(),
            rule_versions: Vec::new(),
            shadow: None,
            facts: DecisionFacts {
                card_status: "active".to_owned(),
                beyond_rules: None,
            },
            times: DecisionTimes {
                received_at: self.now,
                evaluated_at: Some(self.now),
                endpoint_at: None,
                answered_at: None,
            },
            expires_at: None,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        }
    }

    fn store(&mut self, row: Authorization, moved: &[(TransferKind, Decimal)]) {
        for (kind, amount) in moved {
            self.transfer(row.drawn_on(), *kind, *amount, Some(&row));
        }
        self.rows.push(row);
    }

    fn go_on(
        &mut self,
        row: usize,
        step: impl FnOnce(&mut Authorization) -> Option<Vec<(TransferKind, Decimal)>>,
    ) {
        let Some(row) = self.rows.get_mut(row) else {
            return;
        };
        let Some(moved) = step(row) else {
            return;
        };
        row.updated_at = self.now;
        let row = row.clone();
        for (kind, amount) in moved {
            self.transfer(row.drawn_on(), kind, amount, Some(&row));
        }
    }

    fn transfer(
        &mut self,
        book: BookOwner,
        kind: TransferKind,
        amount: Decimal,
        of: Option<&Authorization>,
    ) {
        if amount.is_zero() {
            return;
        }
        let mut entry = self.books.remove(&book).unwrap().enter(self.now);
        let cause = Cause {
            source: self.transfers.len().to_string(),
            authorization_id: of.map(|row| row.id),
            ..Cause::default()
        };
        entry.transfer(kind, amount, cause).unwrap();
        self.transfers.extend(entry.transfers);
        self.books.insert(book, entry.book);
    }
}

fn release(
    row: &mut Authorization,
    most: Decimal,
    ended: AuthorizationStatus,
) -> Option<Vec<(TransferKind, Decimal)>> {
    let amount = most.min(row.held);
    if amount.is_zero() {
        return None;
    }
    row.held -= amount;
    if row.held.is_zero() && row.status == AuthorizationStatus::Held {
        row.status = ended;
    }
    Some(vec![(TransferKind::Release, amount)])
}

fn plain(code: DeclineReason) -> Reason {
    Reason {
        code,
        control: None,
        detail: None,
    }
}

/// What is stored, as the history of a decision.
struct Rows<'a>(&'a [Authorization]);

impl Rows<'_> {
    fn counted(&self, scope: Scope) -> impl Iterator<Item = &Authorization> {
        self.0.iter().filter(move |row| {
            let within = match scope {
                Scope::Card(id) => row.card_id == id,
                Scope::Customer(id) => row.customer_id == Some(id),
                Scope::Budget(id) => row.budget_id == Some(id),
                Scope::Tenant => true,
            };
            within && row.counts() && row.amount.is_positive()
        })
    }
}

impl History for Rows<'_> {
    type Error = Infallible;

    fn spent(&self, scope: Scope, since: Option<Timestamp>) -> Result<Spent, Infallible> {
        let rows = self.counted(scope);
        let rows = rows.filter(|row| since.is_none_or(|since| row.times.received_at >= since));
        let mut spent = Spent::default();
        for row in rows {
            spent.count += 1;
            spent.amounts.push((eur(), row.counted()));
        }
        Ok(spent)
    }

    fn first_merchant(&self, scope: Scope) -> Result<Option<Merchant>, Infallible> {
        let first = self
            .counted(scope)
            .min_by_key(|r| (r.times.received_at, r.id));
        Ok(first.map(|row| row.merchant.clone()))
    }
}
