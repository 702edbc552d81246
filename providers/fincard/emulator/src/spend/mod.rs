//! Spending: what happens on the card network, never asked for by the merchant.
//!
//! Documented: the kinds and their meaning, `authorized` → `succeed` or `failed`, the same `tradeNo`
//! pushed on every change, the settled amount and cross-border fee that appear later (2.4, 8.3); a fee
//! the card cannot pay is paid by the merchant's own funds (8.4). Assumed: everything else, above all
//! the declines, that a void or refund leaves the original's own record as it was, that a fee is not
//! given back, and that a settlement above the card's balance is taken from the merchant as an
//! `overdraft_statement`.

mod authorize;
mod fees;
mod follow_up;

use rust_decimal::Decimal;

use crate::envelope::Failure;
use crate::state::{Merchant, Notice, State, Trade, TradeKind};

pub use self::authorize::authorize;
pub use self::fees::patch_fee;
pub use self::follow_up::{Settlement, reverse, settle};

/// A use of a card.
pub struct Use {
    pub card_no: String,
    /// `auth`, `verification` or `maintain_fee`.
    pub kind: TradeKind,
    /// In the merchant's currency.
    pub currency: String,
    pub amount: Decimal,
    /// In the card's; the same number when absent.
    pub authorized_amount: Option<Decimal>,
    pub fee: Decimal,
    pub merchant: Merchant,
    pub description: Option<String>,
    /// Declined with this reason, whatever the card says.
    pub decline: Option<String>,
}

/// Giving back what an earlier use took.
pub struct Reversal {
    /// `Void` or `refund`.
    pub kind: TradeKind,
    pub origin_trade_no: String,
    /// In the merchant's currency; all that is left when absent.
    pub amount: Option<Decimal>,
    pub description: Option<String>,
}

impl State {
    fn enter_trade(&mut self, trade: Trade) -> String {
        let trade_no = trade.trade_no.clone();
        self.trades.push(trade);
        self.news.push(Notice::Trade(trade_no.clone()));
        trade_no
    }

    fn trade_number(&mut self) -> String {
        format!("TRN{:012}", self.next_number())
    }
}

/// An existing trade, copied out so that the state can change.
fn known(state: &State, trade_no: &str) -> Result<Trade, Failure> {
    let found = state.trade(trade_no).cloned();
    found.ok_or_else(|| Failure::business("The transaction does not exist"))
}

fn check_positive(name: &str, amount: Decimal) -> Result<(), Failure> {
    if amount > Decimal::ZERO {
        Ok(())
    } else {
        Err(Failure::business(format!(
            "{name} parameter error: above 0"
        )))
    }
}
