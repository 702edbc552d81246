//! Fees of spending, and who pays them.
//!
//! Documented: what the card cannot pay the merchant's own funds do, told as `card_fee_patch` (8.4).
//! Assumed: a fee is paid by one of them, whole; the funds are the WALLET of the card's currency.

use rust_decimal::Decimal;

use super::{check_positive, known};
use crate::envelope::Failure;
use crate::state::{BizType, Direction, FeePatch, FeePatchKind, Movement, Notice, State};

/// Charges a fee to the card, or to the merchant if the card lacks the balance.
pub fn take(state: &mut State, trade_no: &str, fee: Decimal, kind: FeePatchKind, now_ms: i64) {
    let Some(card_no) = state.trade(trade_no).map(|trade| trade.card_no.clone()) else {
        return;
    };
    match state.card_mut(&card_no) {
        Some(card) if card.balance >= fee => {
            card.balance -= fee;
            card.used += fee;
        }
        Some(_) => {
            charge_merchant(state, &card_no, Some(trade_no), fee, kind, now_ms);
        }
        None => {}
    }
}

/// A fee patch by itself; its `tradeNo`.
pub fn patch_fee(
    state: &mut State,
    card_no: &str,
    origin: Option<&str>,
    amount: Decimal,
    kind: FeePatchKind,
    now_ms: i64,
) -> Result<String, Failure> {
    check_positive("amount", amount)?;
    if let Some(origin) = origin {
        known(state, origin)?;
    }
    charge_merchant(state, card_no, origin, amount, kind, now_ms)
        .ok_or_else(|| Failure::business("The card does not exist"))
}

fn charge_merchant(
    state: &mut State,
    card_no: &str,
    origin: Option<&str>,
    amount: Decimal,
    kind: FeePatchKind,
    now_ms: i64,
) -> Option<String> {
    let currency = state.card(card_no)?.currency.clone();
    let wallet = state.wallet(&currency)?.id.clone();
    let trade_no = format!("CAF{:012}", state.next_number());
    state.book(&Movement {
        account_id: &wallet,
        amount,
        order_no: &trade_no,
        biz_type: match kind {
            FeePatchKind::Fee => BizType::AuthFeePatch,
            FeePatchKind::CrossBorder => BizType::CrossBoardPatch,
        },
        direction: Direction::Out,
        remark: None,
        at: now_ms,
        visible_at: now_ms,
    });
    state.fee_patches.push(FeePatch {
        trade_no: trade_no.clone(),
        origin_trade_no: origin.map(str::to_owned),
        card_no: card_no.to_owned(),
        kind,
        currency,
        amount,
        at: now_ms,
    });
    state.news.push(Notice::FeePatch(trade_no.clone()));
    Some(trade_no)
}
