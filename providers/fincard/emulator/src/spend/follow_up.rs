//! What follows an authorization: settlement, void, refund.
//!
//! Documented: a void comes before settlement, a refund after it, both with `originTradeNo` (8.3).
//! Assumed: one settlement per purchase, and `transactionTime` stays that of the authorization; both
//! reversals can be partial.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Reversal, check_positive, fees, known};
use crate::envelope::Failure;
use crate::orders::{self, Terms};
use crate::state::{FeePatchKind, Notice, State, Trade, TradeKind, TradeStatus};

#[derive(Default)]
pub struct Settlement {
    /// In the card's currency; what is still held when absent.
    pub amount: Option<Decimal>,
    pub cross_board_fee: Decimal,
}

/// Settles a purchase: the same `tradeNo` is pushed again.
pub fn settle(
    state: &mut State,
    trade_no: &str,
    settlement: &Settlement,
    terms: &Terms,
) -> Result<(), Failure> {
    let trade = known(state, trade_no)?;
    if trade.kind != TradeKind::Auth || trade.status != TradeStatus::Authorized {
        return Err(Failure::business(
            "Only an authorized purchase can be settled",
        ));
    }
    let held = trade.authorized_amount - trade.reversed;
    let amount = settlement.amount.unwrap_or(held);
    check_positive("amount", amount)?;
    if let Some(trade) = state.trade_mut(trade_no) {
        trade.status = TradeStatus::Succeed;
        trade.settled = Some(amount);
        trade.settled_at = Some(terms.now_ms);
        trade.cross_board_fee = settlement.cross_board_fee;
        // Refunds count from the settled amount.
        trade.reversed = Decimal::ZERO;
    }
    let mut owed = Decimal::ZERO;
    if let Some(card) = state.card_mut(&trade.card_no) {
        let taken = (amount - held).min(card.balance);
        card.balance -= taken;
        card.used += taken;
        owed = amount - held - taken;
    }
    state.news.push(Notice::Trade(trade_no.to_owned()));
    let fee = settlement.cross_board_fee;
    fees::take(
        state,
        trade_no,
        fee,
        FeePatchKind::CrossBorder,
        terms.now_ms,
    );
    if owed > Decimal::ZERO {
        orders::overdraft(state, &trade.card_no, owed, terms)?;
    }
    Ok(())
}

/// Voids a held purchase or refunds a settled one; the `tradeNo` of the new record.
pub fn reverse(state: &mut State, asked: Reversal, now_ms: i64) -> Result<String, Failure> {
    let origin = known(state, &asked.origin_trade_no)?;
    let total = reversible(&origin, asked.kind)?;
    let left = total - origin.reversed;
    let returned = match asked.amount {
        None => left,
        Some(amount) => {
            check_positive("amount", amount)?;
            in_card_currency(&origin, amount)
        }
    };
    if returned > left || left.is_zero() {
        return Err(Failure::business("More than is left of the transaction"));
    }
    if let Some(card) = state.card_mut(&origin.card_no) {
        card.balance += returned;
        card.used -= returned;
    }
    if let Some(origin) = state.trade_mut(&asked.origin_trade_no) {
        origin.reversed += returned;
    }
    let trade_no = state.trade_number();
    let amount = asked.amount.unwrap_or(origin.amount);
    Ok(state.enter_trade(Trade {
        trade_no,
        origin_trade_no: Some(asked.origin_trade_no),
        kind: asked.kind,
        status: TradeStatus::Succeed,
        amount,
        authorized_amount: returned,
        fee: Decimal::ZERO,
        cross_board_fee: Decimal::ZERO,
        settled: None,
        settled_at: None,
        reversed: Decimal::ZERO,
        description: asked
            .description
            .unwrap_or_else(|| asked.kind.word().to_owned()),
        at: now_ms,
        ..origin
    }))
}

/// How much of a purchase can be given back this way.
fn reversible(origin: &Trade, kind: TradeKind) -> Result<Decimal, Failure> {
    match (kind, origin.kind, origin.status) {
        (TradeKind::Void, TradeKind::Auth, TradeStatus::Authorized) => Ok(origin.authorized_amount),
        (TradeKind::Refund, TradeKind::Auth, TradeStatus::Succeed) => {
            Ok(origin.settled.unwrap_or(origin.authorized_amount))
        }
        (TradeKind::Void, _, _) => Err(Failure::business(
            "Only an authorized purchase can be voided",
        )),
        (
            TradeKind::Refund | TradeKind::Auth | TradeKind::Verification | TradeKind::MaintainFee,
            _,
            _,
        ) => Err(Failure::business("Only a settled purchase can be refunded")),
    }
}

/// At the rate of the purchase, in cents.
fn in_card_currency(origin: &Trade, amount: Decimal) -> Decimal {
    if origin.currency == origin.authorized_currency || origin.amount.is_zero() {
        return amount;
    }
    let exact = amount * origin.authorized_amount / origin.amount;
    exact.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven)
}
