//! An account and its wallets.
//!
//! Documented: the fields, the status `Disabled`, ids and `finup_id`s (dossier 2, 3). Assumed: the
//! status `Active`, and one wallet per currency of the BINs.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The key's own account.
pub const OWN: &str = "6a10a0000000000000000001";

/// 2026-01-05T09:00:00Z.
pub const OPENED_AT: i64 = 1_767_603_600_000;

#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    /// Somebody else's, to which the key's owner was invited.
    pub invited: bool,
    pub company: String,
    pub owner: String,
    pub member_id: String,
    pub finup_id: String,
    pub name: String,
    pub is_active: bool,
    pub decline_rate: Decimal,
    pub created_at: i64,
    pub wallets: Vec<Wallet>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Wallet {
    pub id: String,
    pub finup_id: String,
    pub currency: String,
    pub balance: Decimal,
    /// Changes that reads do not show yet.
    pub hidden: Vec<HiddenSum>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct HiddenSum {
    pub until: i64,
    pub amount: Decimal,
}

impl Account {
    pub fn wallet(&self, currency: &str) -> Option<&Wallet> {
        self.wallets
            .iter()
            .find(|wallet| wallet.currency == currency)
    }

    pub fn wallet_mut(&mut self, currency: &str) -> Option<&mut Wallet> {
        self.wallets
            .iter_mut()
            .find(|wallet| wallet.currency == currency)
    }
}

impl Wallet {
    fn new(id: &str, currency: &str, number: u32) -> Self {
        Self {
            id: id.to_owned(),
            finup_id: format!("{currency}{number}"),
            currency: currency.to_owned(),
            balance: Decimal::ZERO,
            hidden: Vec::new(),
        }
    }

    pub fn add(&mut self, amount: Decimal, now_ms: i64, visible_at: i64) {
        self.balance += amount;
        self.hidden.retain(|hidden| hidden.until > now_ms);
        if visible_at > now_ms {
            self.hidden.push(HiddenSum {
                until: visible_at,
                amount,
            });
        }
    }

    /// The balance as reads show it.
    pub fn shown(&self, now_ms: i64) -> Decimal {
        let hidden = self.hidden.iter().filter(|hidden| hidden.until > now_ms);
        self.balance - hidden.map(|hidden| hidden.amount).sum::<Decimal>()
    }
}

pub fn seeded() -> Vec<Account> {
    let own = Account {
        id: OWN.to_owned(),
        invited: false,
        company: "6a10f0000000000000000001".to_owned(),
        owner: "6a10d0000000000000000001".to_owned(),
        member_id: "6a10e0000000000000000001".to_owned(),
        finup_id: "1000000001".to_owned(),
        name: "Main account".to_owned(),
        is_active: true,
        decline_rate: Decimal::ZERO,
        created_at: OPENED_AT,
        wallets: vec![
            Wallet::new("6a10ba000000000000000001", "USD", 1_000_000_001),
            Wallet::new("6a10ba000000000000000002", "EUR", 1_000_000_002),
        ],
    };
    let invited = Account {
        id: "6a10a0000000000000000002".to_owned(),
        invited: true,
        company: "6a10f0000000000000000002".to_owned(),
        owner: "6a10d0000000000000000002".to_owned(),
        finup_id: "1000000002".to_owned(),
        name: "Partner account".to_owned(),
        is_active: false,
        decline_rate: Decimal::new(5, 2),
        wallets: vec![Wallet::new(
            "6a10ba000000000000000003",
            "USD",
            1_000_000_003,
        )],
        ..own.clone()
    };
    vec![own, invited]
}
