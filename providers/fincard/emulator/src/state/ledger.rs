//! Accounts and their ledger.
//!
//! Documented: account and row fields, `bizType` words, `IN`/`OUT` (dossier 5). Assumed: a failed
//! order is undone by a row of the same `bizType` in the other direction; a transfer between own
//! accounts makes a row on each of them, with the remark it was given.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::State;

/// Pays card fees, first deposits and top-ups.
pub const WALLET: &str = "WALLET";
/// A pool that shared cards draw on.
pub const MARGIN: &str = "MARGIN";

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
        Self {
            balance,
            ..Self::empty(id, name, WALLET, currency)
        }
    }

    pub fn margin(id: &str, name: &str, currency: &str) -> Self {
        Self::empty(id, name, MARGIN, currency)
    }

    fn empty(id: &str, name: &str, kind: &str, currency: &str) -> Self {
        let [id, name, kind, currency] = [id, name, kind, currency].map(str::to_owned);
        Self {
            id,
            name,
            kind,
            currency,
            balance: Decimal::ZERO,
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
    AuthFeePatch,
    CrossBoardPatch,
    Overdraft,
    FundTransfer,
    FundCollection,
}

impl BizType {
    pub fn word(self) -> &'static str {
        match self {
            Self::Purchase => "card_purchase",
            Self::Deposit => "card_deposit",
            Self::Withdraw => "card_withdraw",
            Self::Cancel => "card_cancel",
            Self::AuthFeePatch => "card_auth_fee_patch",
            Self::CrossBoardPatch => "card_cross_board_patch",
            Self::Overdraft => "card_overdraft_statement",
            Self::FundTransfer => "fund_transfer",
            Self::FundCollection => "fund_collection",
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
    pub remark: Option<String>,
    pub created_at: i64,
    /// The ledger query does not show the row before.
    pub visible_at: i64,
}

/// One movement on one account.
pub struct Movement<'a> {
    pub account_id: &'a str,
    pub amount: Decimal,
    pub order_no: &'a str,
    pub biz_type: BizType,
    pub direction: Direction,
    pub remark: Option<&'a str>,
    pub at: i64,
    pub visible_at: i64,
}

impl State {
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    pub fn wallet(&self, currency: &str) -> Option<&Account> {
        let wallet = |account: &&Account| account.kind == WALLET && account.currency == currency;
        self.accounts.iter().find(wallet)
    }

    /// Books a movement; nothing is booked for an amount of zero.
    pub fn book(&mut self, movement: &Movement<'_>) {
        if movement.amount.is_zero() {
            return;
        }
        let tx_id = self.next_number();
        let account_of = |account: &&mut Account| account.id == movement.account_id;
        let Some(account) = self.accounts.iter_mut().find(account_of) else {
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
            remark: movement.remark.map(str::to_owned),
            created_at: movement.at,
            visible_at: movement.visible_at,
        });
    }
}
