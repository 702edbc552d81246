//! Where the money is, and every move of it.
//!
//! Documented: a EUR and a USD balance of the organisation (S2); top-ups take from it, withdrawals
//! give back (D); a budget pays its cards' issue fee (D). Assumed: prepaid issue fees and initial
//! balances come from the USD balance; budgets are held in USD.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::State;
use super::table::Row;

/// An organisation balance (`usd`, `eur`) or a budget.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Purse {
    pub id: String,
    pub balance: Decimal,
}

impl Row for Purse {
    fn id(&self) -> &str {
        &self.id
    }
}

pub const USD: &str = "usd";
pub const EUR: &str = "eur";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// The initial balance.
    Load,
    Topup,
    Withdraw,
    /// Out of the emulated world, like `Spend` and `Forfeit`.
    Fee,
    Spend,
    /// Into it.
    Refund,
    /// What was left on a card, back to the organisation.
    Return,
    Forfeit,
    BudgetTopup,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Move {
    pub card_id: Option<String>,
    pub budget_id: Option<String>,
    pub kind: MoveKind,
    pub amount: Decimal,
}

impl State {
    pub fn usd(&self) -> Decimal {
        self.accounts
            .get(USD)
            .map_or(Decimal::ZERO, |purse| purse.balance)
    }

    /// Changes the organisation's USD balance.
    pub fn move_usd(&mut self, by: Decimal) {
        if let Some(purse) = self.accounts.get_mut(USD) {
            purse.balance += by;
        }
    }

    pub fn move_budget(&mut self, id: &str, by: Decimal) {
        if let Some(purse) = self.budgets.get_mut(id) {
            purse.balance += by;
        }
    }

    pub fn move_card(&mut self, id: &str, by: Decimal) {
        if let Some(card) = self.cards.get_mut(id) {
            card.balance += by;
        }
    }

    /// Notes what took effect; nothing is not a move.
    pub fn note_move(&mut self, card_id: &str, kind: MoveKind, amount: Decimal) {
        if amount.is_zero() {
            return;
        }
        let budget_id = self
            .cards
            .get(card_id)
            .and_then(|card| card.budget_id.clone());
        self.moves.push(Move {
            card_id: Some(card_id.to_owned()),
            budget_id,
            kind,
            amount,
        });
    }
}
