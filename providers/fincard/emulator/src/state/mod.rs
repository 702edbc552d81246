//! What the emulator remembers, and what its state file holds. The file contains keys, tokens and
//! card numbers by nature; nothing here derives `Debug`.

mod attributes;
mod card;
mod challenge;
mod holder;
mod ledger;
mod notice;
mod order;
mod trade;

use std::collections::BTreeSet;

use cardmux_emulator_kit::EmulatorError;
use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rust_decimal::dec;
use serde::{Deserialize, Serialize};

pub use self::attributes::{Attributes, Change, SpendingControl};
pub use self::card::{Card, CardStatus, is_number};
pub use self::challenge::{Challenge, ChallengeKind};
pub use self::holder::{AuditStatus, Holder, Location};
pub use self::ledger::{Account, BizType, Direction, LedgerRow, MARGIN, Movement, WALLET};
pub use self::notice::Notice;
pub use self::order::{Order, OrderKind, OrderStatus, Schedule};
pub use self::trade::{FeePatch, FeePatchKind, Merchant, Trade, TradeKind, TradeStatus};
use crate::keys;

/// Access tokens live this long (F-doc), on the emulated clock.
pub const TOKEN_LIFE_SECONDS: i64 = 3600;

#[derive(Serialize, Deserialize)]
pub struct State {
    seed: u64,
    draws: u64,
    numbers: u64,
    pub credentials: Credentials,
    tokens: Vec<Token>,
    pub accounts: Vec<Account>,
    pub ledger: Vec<LedgerRow>,
    pub cards: Vec<Card>,
    pub orders: Vec<Order>,
    /// Every `merchantOrderNo` ever accepted, over all kinds of order.
    pub references: BTreeSet<String>,
    pub holders: Vec<Holder>,
    /// Ids of uploaded files.
    pub files: BTreeSet<String>,
    pub trades: Vec<Trade>,
    pub fee_patches: Vec<FeePatch>,
    pub challenges: Vec<Challenge>,
    #[serde(skip)]
    pub news: Vec<Notice>,
}

/// Made at the first start.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    pub tenant_id: String,
    pub email: String,
    pub password: String,
    pub api_key: String,
    pub merchant_private_key: String,
    pub platform_private_key: String,
    pub platform_public_key: String,
}

#[derive(Serialize, Deserialize)]
struct Token {
    value: String,
    expires_at: i64,
}

impl State {
    /// Keys, credentials and one funded WALLET per currency of the seeded BINs.
    ///
    /// Documented: the upstream sandbox's WALLET is pre-funded (W-prod), account ids have 17–19
    /// digits. Assumed: the amount, and that a EUR card is paid from a EUR WALLET rather than
    /// converted; no source shows a conversion.
    pub fn fresh(seed: u64, key_bits: usize) -> Result<Self, EmulatorError> {
        let mut rng = StdRng::seed_from_u64(seed);
        let word = |rng: &mut StdRng, length| Alphanumeric.sample_string(rng, length);
        let tenant_id = format!("tenant-{:016x}", rng.random::<u64>());
        let email = format!("{}@example.test", word(&mut rng, 8).to_lowercase());
        let password = word(&mut rng, 24);
        let api_key = word(&mut rng, 32);
        let (merchant_private_key, _) = keys::generate(StdRng::from_rng(&mut rng), key_bits)?;
        let (platform_private_key, platform_public_key) =
            keys::generate(StdRng::from_rng(&mut rng), key_bits)?;
        let million = dec!(1_000_000);
        Ok(Self {
            seed,
            draws: 0,
            numbers: 0,
            credentials: Credentials {
                tenant_id,
                email,
                password,
                api_key,
                merchant_private_key,
                platform_private_key,
                platform_public_key,
            },
            tokens: Vec::new(),
            accounts: vec![
                Account::wallet("1900000000000000001", "Main wallet", "USD", million),
                Account::wallet("1900000000000000002", "Euro wallet", "EUR", million),
            ],
            ledger: Vec::new(),
            cards: Vec::new(),
            orders: Vec::new(),
            references: BTreeSet::new(),
            holders: Vec::new(),
            files: BTreeSet::new(),
            trades: Vec::new(),
            fee_patches: Vec::new(),
            challenges: Vec::new(),
            news: Vec::new(),
        })
    }

    /// A generator that neither repeats after a restart nor differs between runs of one seed.
    pub fn draw(&mut self) -> StdRng {
        /// The golden ratio in 64 bits: spreads consecutive draws over all seeds.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        self.draws += 1;
        StdRng::seed_from_u64(self.seed.wrapping_add(self.draws.wrapping_mul(STEP)))
    }

    /// The next serial number, for order, card and ledger ids.
    pub fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// A platform id of 19 digits, as in the samples.
    pub fn platform_number(&mut self) -> String {
        format!("2071{:015}", self.next_number())
    }

    pub fn issue_token(&mut self, now_ms: i64) -> String {
        let value = Alphanumeric.sample_string(&mut self.draw(), 48);
        self.tokens.retain(|token| token.expires_at > now_ms);
        let expires_at = now_ms + TOKEN_LIFE_SECONDS * 1000;
        self.tokens.push(Token {
            value: value.clone(),
            expires_at,
        });
        value
    }

    pub fn token_is_valid(&self, value: &str, now_ms: i64) -> bool {
        self.tokens
            .iter()
            .any(|token| token.value == value && token.expires_at > now_ms)
    }

    /// When anything moves next by itself.
    pub fn next_step_at(&self) -> Option<i64> {
        let holders = self.holders.iter().filter_map(Holder::next_step_at);
        holders.chain(self.next_order_at()).min()
    }

    /// Takes every step that is due.
    pub fn step(&mut self, now_ms: i64) {
        self.step_orders(now_ms);
        self.step_audits(now_ms);
    }

    pub fn trade(&self, trade_no: &str) -> Option<&Trade> {
        self.trades.iter().find(|trade| trade.trade_no == trade_no)
    }

    pub fn trade_mut(&mut self, trade_no: &str) -> Option<&mut Trade> {
        self.trades
            .iter_mut()
            .find(|trade| trade.trade_no == trade_no)
    }

    pub fn card(&self, card_no: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.card_no == card_no)
    }

    pub fn card_mut(&mut self, card_no: &str) -> Option<&mut Card> {
        self.cards.iter_mut().find(|card| card.card_no == card_no)
    }

    /// Whoever holds the card, if its BIN needs somebody.
    pub fn holder_of(&self, card: &Card) -> Option<&Holder> {
        let id = card.holder_id?;
        self.holders.iter().find(|holder| holder.id == id)
    }

    pub fn order(&self, order_no: &str) -> Option<&Order> {
        self.orders
            .iter()
            .rev()
            .find(|order| order.order_no == order_no)
    }

    pub fn order_mut(&mut self, order_no: &str) -> Option<&mut Order> {
        self.orders
            .iter_mut()
            .rev()
            .find(|order| order.order_no == order_no)
    }
}
