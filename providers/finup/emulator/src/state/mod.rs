//! What the emulator remembers, and what its state file holds. The file contains keys and card
//! numbers by nature; nothing here derives `Debug`.

mod account;
mod card;
mod engine;
mod moves;

use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rust_decimal::{Decimal, dec};
use serde::{Deserialize, Serialize};

pub use self::account::{Account, OWN, Wallet};
pub use self::card::{Birth, Card, Category, Face, Next, Secrets, Status};
pub use self::moves::{Move, MoveKind, Moving};
use crate::options::Fees;
use crate::quirks::Quirks;

/// Under what rules, when, and from when on visibly something happens.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    pub now_ms: i64,
    /// Reads show the effect from then on.
    pub visible_at: i64,
    pub fees: &'a Fees,
    pub quirks: &'a Quirks,
}

#[derive(Serialize, Deserialize)]
pub struct State {
    seed: u64,
    draws: u64,
    numbers: u64,
    pub credentials: Credentials,
    pub accounts: Vec<Account>,
    /// In the order of their issuing.
    pub cards: Vec<Card>,
    pub moves: Vec<Move>,
}

/// Made at the first start.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    pub api_key: String,
    pub bearer_token: String,
    /// Whoever owns the key: `user` and `member` of its cards.
    pub user: String,
    pub member: String,
}

impl State {
    /// One own account with a funded wallet in USD and one in EUR, and one invited account that is
    /// disabled.
    ///
    /// Assumed: the amounts, and that a EUR card is paid from a EUR wallet rather than converted.
    pub fn fresh(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut word = |length| Alphanumeric.sample_string(&mut rng, length);
        let credentials = Credentials {
            api_key: word(40),
            bearer_token: word(48),
            user: "6a10d0000000000000000001".to_owned(),
            member: "6a10e0000000000000000001".to_owned(),
        };
        let mut state = Self {
            seed,
            draws: 0,
            numbers: 0,
            credentials,
            accounts: account::seeded(),
            cards: Vec::new(),
            moves: Vec::new(),
        };
        state.fund("USD", dec!(1_000_000));
        state.fund("EUR", dec!(1_000_000));
        state
    }

    /// The seeds' money came from outside, as the documented payment did.
    fn fund(&mut self, currency: &str, amount: Decimal) {
        let moving = Moving {
            account: account::OWN,
            currency,
            card: None,
            kind: MoveKind::TopUp,
            amount,
        };
        self.book(&moving, account::OPENED_AT, account::OPENED_AT);
    }

    /// A generator that neither repeats after a restart nor differs between runs of one seed.
    pub fn draw(&mut self) -> StdRng {
        /// The golden ratio in 64 bits: spreads consecutive draws over all seeds.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        self.draws += 1;
        StdRng::seed_from_u64(self.seed.wrapping_add(self.draws.wrapping_mul(STEP)))
    }

    pub fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// An id of 24 hexadecimal digits: seconds first, as in MongoDB.
    pub fn object_id(&mut self, now_ms: i64) -> String {
        let random: u32 = self.draw().random();
        let number = self.next_number();
        format!("{:08x}{random:08x}{number:08x}", now_ms.div_euclid(1000))
    }

    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    pub fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }

    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    pub fn card_mut(&mut self, id: &str) -> Option<&mut Card> {
        self.cards.iter_mut().find(|card| card.id == id)
    }

    pub fn wallet(&self, account: &str, currency: &str) -> Option<&Wallet> {
        self.account(account)?.wallet(currency)
    }

    /// What the account's cards of this currency hold, as far as reads show it.
    pub fn cards_balance(&self, account: &str, currency: &str, now_ms: i64) -> Decimal {
        let mine = self.cards.iter().filter(|card| {
            card.account == account && card.currency == currency && card.visible_at <= now_ms
        });
        mine.map(|card| card.face(now_ms).balance).sum()
    }
}
