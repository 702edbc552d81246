//! A purchase, a check of the card, or a maintenance fee.
//!
//! Documented: that the issuer decides, without asking the merchant, and that a decline gives its
//! reason in `description` (8.3). Assumed: the reasons; a verification takes nothing and is final at
//! once, like a maintenance fee.

use rand::RngExt;
use rust_decimal::Decimal;

use super::{Use, check_positive, fees};
use crate::envelope::Failure;
use crate::orders;
use crate::state::{Card, CardStatus, FeePatchKind, State, Trade, TradeKind, TradeStatus};

/// Its `tradeNo`, whether it was approved or declined.
pub fn authorize(state: &mut State, asked: Use, now_ms: i64) -> Result<String, Failure> {
    let card = orders::known(state, &asked.card_no)?;
    if asked.kind != TradeKind::Verification {
        check_positive("amount", asked.amount)?;
    }
    let authorized = asked.authorized_amount.unwrap_or(asked.amount);
    let decline = asked.decline.clone().or_else(|| {
        let reason = decline(card, &asked, authorized)?;
        Some(reason.to_owned())
    });
    let authorized_currency = card.currency.clone();
    let status = match (&decline, asked.kind) {
        (Some(_), _) => TradeStatus::Failed,
        (None, TradeKind::Auth) => TradeStatus::Authorized,
        (
            None,
            TradeKind::Refund | TradeKind::Verification | TradeKind::Void | TradeKind::MaintainFee,
        ) => TradeStatus::Succeed,
    };
    let is_approved = decline.is_none();
    let takes_money = is_approved && asked.kind != TradeKind::Verification;
    if let Some(card) = state.card_mut(&asked.card_no).filter(|_| takes_money) {
        card.balance -= authorized;
        card.used += authorized;
    }
    let fee = if is_approved {
        asked.fee
    } else {
        Decimal::ZERO
    };
    let code = format!("{:06}", state.draw().random_range(0..1_000_000));
    let trade_no = state.trade_number();
    let said = decline.or(asked.description);
    let trade_no = state.enter_trade(Trade {
        trade_no,
        origin_trade_no: None,
        card_no: asked.card_no.clone(),
        kind: asked.kind,
        status,
        currency: asked.currency,
        amount: asked.amount,
        authorized_currency,
        authorized_amount: authorized,
        fee,
        cross_board_fee: Decimal::ZERO,
        settled: None,
        settled_at: None,
        reversed: Decimal::ZERO,
        authorization_code: code,
        merchant: asked.merchant,
        description: said.unwrap_or_else(|| asked.kind.word().to_owned()),
        at: now_ms,
    });
    fees::take(state, &trade_no, fee, FeePatchKind::Fee, now_ms);
    Ok(trade_no)
}

fn decline(card: &Card, asked: &Use, authorized: Decimal) -> Option<&'static str> {
    if card.blocked {
        return Some("The card is blocked");
    }
    // Maintenance is charged to a frozen card as well.
    let is_usable = card.status == CardStatus::Normal
        || card.status == CardStatus::Freeze && asked.kind == TradeKind::MaintainFee;
    if !is_usable {
        return Some("The card is not active");
    }
    if card.balance < authorized {
        return Some("Insufficient balance");
    }
    if asked.kind == TradeKind::MaintainFee {
        return None;
    }
    let mcc = &asked.merchant.category_code;
    card.attributes.decline(authorized, mcc)
}
