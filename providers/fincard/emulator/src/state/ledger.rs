//! Accounts and their ledger.
//!
//! Documented: account and row fields, `bizType` words, `IN`/`OUT` (dossier 5). Assumed: a failed
//! order is undone by a row of the same `bizType` in the other direction.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::State;

#[derive(Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub currency: String,
    pub balance: Decimal,
}

impl Account {
    pub fn wallet(id: &str, name: &str, currency: &str, balance: Decimal) -> Self {
        let [id, name, kind, currency] = [id, name, "WALLET", currency].map(str::to_owned);
        Self {
            id,
            name,
            kind,
            currency,
            balance,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BizType {
    /// The price of a card.
    Purchase,
    Deposit,
    Withdraw,
    Cancel,
}

impl BizType {
    pub fn word(self) -> &'static str {
        match self {
            Self::Purchase => "card_purchase",
            Self::Deposit => "card_deposit",
            Self::Withdraw => "card_withdraw",
            Self::Cancel => "card_cancel",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    In,
    Out,
}

impl Direction {
    pub fn word(self) -> &'static str {
        match self {
            Self::In => "IN",
            Self::Out => "OUT",
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct LedgerRow {
    pub tx_id: u64,
    pub account_id: String,
    pub currency: String,
    pub amount: Decimal,
    pub before: Decimal,
    pub after: Decimal,
    pub order_no: String,
    pub biz_type: BizType,
    pub direction: Direction,
    pub created_at: i64,
}

/// One movement on the WALLET of a currency.
pub struct Movement<'a> {
    pub currency: &'a str,
    pub amount: Decimal,
    pub order_no: &'a str,
    pub biz_type: BizType,
    pub direction: Direction,
    pub at: i64,
}

impl State {
    pub fn wallet_balance(&self, currency: &str) -> Option<Decimal> {
        let wallet = |account: &&Account| account.kind == "WALLET" && account.currency == currency;
        self.accounts
            .iter()
            .find(wallet)
            .map(|account| account.balance)
    }

    /// Books a movement; nothing is booked for an amount of zero.
    pub fn book(&mut self, movement: &Movement<'_>) {
        if movement.amount.is_zero() {
            return;
        }
        let tx_id = self.next_number();
        let wallet = |account: &&mut Account| {
            account.kind == "WALLET" && account.currency == movement.currency
        };
        let Some(account) = self.accounts.iter_mut().find(wallet) else {
            return;
        };
        let before = account.balance;
        account.balance = match movement.direction {
            Direction::In => before + movement.amount,
            Direction::Out => before - movement.amount,
        };
        self.ledger.push(LedgerRow {
            tx_id,
            account_id: account.id.clone(),
            currency: account.currency.clone(),
            amount: movement.amount,
            before,
            after: account.balance,
            order_no: movement.order_no.to_owned(),
            biz_type: movement.biz_type,
            direction: movement.direction,
            created_at: movement.at,
        });
    }
}
