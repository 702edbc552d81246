//! What the emulator remembers, and what its state file holds. The file contains token and secret by
//! nature; nothing that holds them derives `Debug`. No card number and no personal data is kept.
//!
//! Documented: ids are strings of 20 digits with the shapes below for person and corporate (D); the
//! other prefixes, and 18 date-prefixed digits for authorizations and transactions, follow the
//! samples (I).

mod card;
mod payment;
mod record;

use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use self::card::{Card, Stage, Status};
pub use self::payment::{
    APPROVED, Authorization, Merchant, Payment, Phase, Transaction, TransactionKind,
};
pub use self::record::{Account, Kind, Record};
use crate::hooks::News;

#[derive(Serialize, Deserialize)]
pub struct State {
    seed: u64,
    draws: u64,
    numbers: u64,
    pub token: String,
    pub secret: String,
    pub records: Vec<Record>,
    pub accounts: Vec<Account>,
    pub cards: Vec<Card>,
    pub authorizations: Vec<Authorization>,
    pub transactions: Vec<Transaction>,
    #[serde(skip)]
    pub news: Vec<News>,
}

impl State {
    pub fn fresh(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let token = format!("ptk_{}", Alphanumeric.sample_string(&mut rng, 24));
        let secret = Alphanumeric.sample_string(&mut rng, 48);
        Self {
            seed,
            draws: 0,
            numbers: 0,
            token,
            secret,
            records: Vec::new(),
            accounts: Vec::new(),
            cards: Vec::new(),
            authorizations: Vec::new(),
            transactions: Vec::new(),
            news: Vec::new(),
        }
    }

    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// 20 digits: eight that tell the kind, twelve of a row.
    pub fn new_id(&mut self, kind: &str) -> String {
        format!("{kind}{:012}", self.next_number())
    }

    /// 18 digits: the day, then a row.
    pub fn new_event_id(&mut self, now_ms: i64) -> String {
        let day = OffsetDateTime::from_unix_timestamp(now_ms.div_euclid(1000))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        format!(
            "{:02}{:02}{:02}{:012}",
            day.year().rem_euclid(100),
            u8::from(day.month()),
            day.day(),
            self.next_number()
        )
    }

    /// A mask of the documented pattern, first six and last four (D); there is no number behind it.
    pub fn new_mask(&mut self) -> String {
        /// The golden ratio in 64 bits: spreads consecutive draws over all seeds.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        self.draws += 1;
        let seed = self.seed.wrapping_add(self.draws.wrapping_mul(STEP));
        let last: u16 = StdRng::seed_from_u64(seed).random_range(0..10_000);
        format!("5355-12**-****-{last:04}")
    }

    pub fn record(&self, id: &str) -> Option<&Record> {
        self.records.iter().find(|one| one.id == id)
    }

    pub fn card(&self, token_id: &str) -> Option<&Card> {
        self.cards.iter().find(|one| one.token_id == token_id)
    }

    pub fn card_mut(&mut self, token_id: &str) -> Option<&mut Card> {
        self.cards.iter_mut().find(|one| one.token_id == token_id)
    }

    pub fn authorization(&self, id: &str) -> Option<&Authorization> {
        self.authorizations.iter().find(|one| one.id == id)
    }

    pub fn authorization_mut(&mut self, id: &str) -> Option<&mut Authorization> {
        self.authorizations.iter_mut().find(|one| one.id == id)
    }
}
