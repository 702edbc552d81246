//! What the emulator remembers, and what its state file holds. The file contains the token and card
//! numbers by nature; nothing that holds them derives `Debug`.

mod card;
mod customer;
mod money;
mod spending;
mod table;

use std::collections::BTreeMap;

use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rust_decimal::dec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::card::{
    Card, CardStatus, Holder, LIMITS, Model, Plastic, Totals, WINDOWS, default_limits, number,
};
pub use self::customer::{Access, AccessStatus, Customer, CustomerStatus, Review};
pub use self::money::{EUR, Move, MoveKind, Purse, USD};
pub use self::spending::{COMPLETED, Dispute, DisputeStatus, REFUND, Transaction};
pub use self::table::Table;
use crate::card_types;

#[derive(Serialize, Deserialize)]
pub struct State {
    seed: u64,
    draws: u64,
    numbers: u64,
    pub token: String,
    pub accounts: Table<Purse>,
    pub budgets: Table<Purse>,
    pub cards: Table<Card>,
    pub customers: Table<Customer>,
    pub disputes: Table<Dispute>,
    pub transactions: Vec<Transaction>,
    pub moves: Vec<Move>,
    /// Ids of cards, in the order they were issued.
    pub issued: Vec<String>,
    /// First successes by path and `Idempotency-Key`.
    pub replays: BTreeMap<String, Value>,
    #[serde(skip)]
    pub news: Vec<Notice>,
}

/// Something a webhook tells.
pub enum Notice {
    Card(String),
    Transaction(String),
    Customer(String),
    Access { customer: String, access: String },
    Dispute(String),
}

/// Rows as they were before a call.
pub struct Before {
    accounts: Vec<Purse>,
    budgets: Vec<Purse>,
    cards: Vec<Card>,
    customers: Vec<Customer>,
    disputes: Vec<Dispute>,
}

impl State {
    /// A token, one million in each currency, the two budgets.
    ///
    /// Documented: a bearer token the pages call a JWT (D). Assumed: the amounts, and the token's form.
    pub fn fresh(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let token = ["eyJhbGciOiJIUzI1NiJ9", "", ""].map(|head| {
            let tail = if head.is_empty() { 43 } else { 0 };
            format!("{head}{}", Alphanumeric.sample_string(&mut rng, tail))
        });
        let mut state = Self {
            seed,
            draws: 0,
            numbers: 0x1000,
            token: token.join("."),
            accounts: Table::default(),
            budgets: Table::default(),
            cards: Table::default(),
            customers: Table::default(),
            disputes: Table::default(),
            transactions: Vec::new(),
            moves: Vec::new(),
            issued: Vec::new(),
            replays: BTreeMap::new(),
            news: Vec::new(),
        };
        for id in [USD, EUR] {
            let balance = dec!(1_000_000);
            state.accounts.push(Purse {
                id: id.to_owned(),
                balance,
            });
        }
        for (id, _, balance) in card_types::budgets() {
            state.budgets.push(Purse {
                id: id.to_owned(),
                balance,
            });
        }
        state
    }

    /// A generator that neither repeats after a restart nor differs between runs of one seed.
    pub fn draw(&mut self) -> StdRng {
        /// The golden ratio in 64 bits: spreads consecutive draws over all seeds.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        self.draws += 1;
        StdRng::seed_from_u64(self.seed.wrapping_add(self.draws.wrapping_mul(STEP)))
    }

    /// A 24-hex id, as in the samples (D).
    pub fn new_id(&mut self) -> String {
        self.numbers += 1;
        format!("6a20f0c2d4b8e71f{:08x}", self.numbers)
    }

    pub fn word(&mut self, length: usize) -> String {
        Alphanumeric.sample_string(&mut self.draw(), length)
    }

    pub fn six_digits(&mut self) -> String {
        format!("{:06}", self.draw().random_range(0..1_000_000))
    }

    pub fn before(&self) -> Before {
        Before {
            accounts: self.accounts.all().to_vec(),
            budgets: self.budgets.all().to_vec(),
            cards: self.cards.all().to_vec(),
            customers: self.customers.all().to_vec(),
            disputes: self.disputes.all().to_vec(),
        }
    }

    /// Hides what changed since `before` until `until`.
    pub fn veil(&mut self, before: &Before, until: i64) {
        let Before {
            accounts,
            budgets,
            cards,
            customers,
            disputes,
        } = before;
        self.accounts.veil(accounts, until);
        self.budgets.veil(budgets, until);
        self.cards.veil(cards, until);
        self.customers.veil(customers, until);
        self.disputes.veil(disputes, until);
    }

    /// When anything moves next by itself.
    pub fn next_step_at(&self) -> Option<i64> {
        let customers = self.customers.all().iter();
        let cards = self.cards.all().iter().filter_map(|card| card.activates_at);
        customers
            .filter_map(Customer::next_step_at)
            .chain(cards)
            .min()
    }

    /// Takes every step that is due.
    pub fn step(&mut self, now_ms: i64) {
        self.lift_veils(now_ms);
        for customer in self.customers.all_mut() {
            if let Some(review) = customer.review.take_if(|review| review.due <= now_ms) {
                customer.decide(review.verdict, None);
                self.news.push(Notice::Customer(customer.id.clone()));
            }
            let id = &customer.id;
            for access in &mut customer.access {
                if let Some(review) = access.review.take_if(|review| review.due <= now_ms) {
                    access.decide(review.verdict);
                    self.news.push(Notice::Access {
                        customer: id.clone(),
                        access: access.id.clone(),
                    });
                }
            }
        }
        for card in self.cards.all_mut() {
            if card.activates_at.take_if(|at| *at <= now_ms).is_some()
                && card.status == CardStatus::Pending
            {
                card.status = CardStatus::Active;
                self.news.push(Notice::Card(card.id.clone()));
            }
        }
    }

    fn lift_veils(&mut self, now_ms: i64) {
        self.accounts.lift(now_ms);
        self.budgets.lift(now_ms);
        self.cards.lift(now_ms);
        self.customers.lift(now_ms);
        self.disputes.lift(now_ms);
    }
}
