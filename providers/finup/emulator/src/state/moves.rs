//! Every move of money that took effect: the ledger, and what the payments list shows.
//!
//! Documented: one type of payment, `ExternalTransfer` from outside to the wallet (dossier 7).
//! Assumed: all the others, each with its own record.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Card, State};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// From outside to the wallet.
    TopUp,
    IssuingFee,
    Deposit,
    DepositFee,
    Withdraw,
    WithdrawFee,
    Spend,
    /// The rest of a closed card, back to the wallet.
    CloseReturn,
}

#[derive(Serialize, Deserialize)]
pub struct Move {
    pub id: String,
    pub account: String,
    pub currency: String,
    /// None: the wallet alone.
    pub card: Option<String>,
    pub kind: MoveKind,
    pub amount: Decimal,
    pub at: i64,
    pub visible_at: i64,
}

/// A move before it is booked.
#[derive(Clone, Copy)]
pub struct Moving<'a> {
    pub account: &'a str,
    pub currency: &'a str,
    pub card: Option<&'a str>,
    pub kind: MoveKind,
    pub amount: Decimal,
}

impl MoveKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::IssuingFee => "issuing_fee",
            Self::Deposit => "deposit",
            Self::DepositFee => "deposit_fee",
            Self::Withdraw => "withdraw",
            Self::WithdrawFee => "withdraw_fee",
            Self::Spend => "spend",
            Self::CloseReturn => "close_return",
        }
    }

    /// What the wallet gains of an amount of one, what the card does, as its totals count it.
    fn effect(self) -> Effect {
        let (wallet, deposit, withdraw) = match self {
            Self::TopUp => (1, 0, 0),
            Self::IssuingFee | Self::DepositFee | Self::WithdrawFee => (-1, 0, 0),
            Self::Deposit => (-1, 1, 0),
            // Assumed: what goes back at the end counts as withdrawn, so that the totals add up.
            Self::Withdraw | Self::CloseReturn => (1, 0, 1),
            Self::Spend => (0, 0, 0),
        };
        Effect {
            wallet,
            deposit,
            withdraw,
        }
    }
}

struct Effect {
    wallet: i64,
    deposit: i64,
    withdraw: i64,
}

impl State {
    /// Moves the money and writes it down; reads show it from `visible_at` on. Nothing is written
    /// of a move of nothing.
    pub fn book(&mut self, moving: &Moving<'_>, now_ms: i64, visible_at: i64) {
        let amount = moving.amount;
        if amount.is_zero() {
            return;
        }
        let effect = moving.kind.effect();
        if effect.wallet != 0
            && let Some(account) = self.account_mut(moving.account)
            && let Some(wallet) = account.wallet_mut(moving.currency)
        {
            wallet.add(amount * Decimal::from(effect.wallet), now_ms, visible_at);
        }
        if let Some(card) = moving.card.and_then(|id| self.card_mut(id)) {
            if moving.kind == MoveKind::Spend {
                card.spend(amount, now_ms);
            }
            if effect.deposit != 0 || effect.withdraw != 0 {
                let deposit = amount * Decimal::from(effect.deposit);
                let withdraw = amount * Decimal::from(effect.withdraw);
                card.add(deposit, withdraw, now_ms, visible_at);
            }
        }
        let id = self.object_id(now_ms);
        self.moves.push(Move {
            id,
            account: moving.account.to_owned(),
            currency: moving.currency.to_owned(),
            card: moving.card.map(str::to_owned),
            kind: moving.kind,
            amount,
            at: now_ms,
            visible_at,
        });
    }

    /// [`Self::book`] for a card's money.
    pub fn book_card(&mut self, id: &str, kind: MoveKind, amount: Decimal, at: (i64, i64)) {
        let Some(Card {
            account, currency, ..
        }) = self.card(id)
        else {
            return;
        };
        let (account, currency) = (account.clone(), currency.clone());
        let moving = Moving {
            account: &account,
            currency: &currency,
            card: Some(id),
            kind,
            amount,
        };
        let (now_ms, visible_at) = at;
        self.book(&moving, now_ms, visible_at);
    }
}
