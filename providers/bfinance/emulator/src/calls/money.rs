//! Top-up and withdrawal of prepaid cards.
//!
//! Documented: bodies and answers, at least 1.01 USD to top up, the two refusals for lack of money,
//! no id and no new balance in the answer (4.5). Assumed: active and frozen cards can be topped up,
//! and expired ones emptied as well (their balance is kept); a fee, where a quirk asks for one, is
//! one percent of either.

use rust_decimal::{Decimal, dec};

use super::{Call, found};
use crate::envelope::{Answer, Answered, Failure};
use crate::quirks::TransferFee;
use crate::state::{CardStatus, Model, MoveKind, Notice, State};

/// What both calls answer, and what a replay of them repeats.
pub const MOVED: &str = "Operation completed";

const MINIMUM_TOPUP: Decimal = dec!(1.01);
const FEE_RATE: Decimal = dec!(0.01);

/// What one transfer takes, gives and costs.
struct Transfer {
    taken: Decimal,
    given: Decimal,
    fee: Decimal,
}

fn transfer(amount: Decimal, fee: TransferFee) -> Transfer {
    let cost = (amount * FEE_RATE).round_dp(2);
    let (taken, given, fee) = match fee {
        TransferFee::None => (amount, amount, Decimal::ZERO),
        TransferFee::OnTop => (amount + cost, amount, cost),
        TransferFee::FromAmount => (amount, amount - cost, cost),
    };
    Transfer { taken, given, fee }
}

pub fn topup(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let amount = call.fields.amount("amount")?;
    call.fields.text("note")?;
    if amount < MINIMUM_TOPUP {
        return Err(Failure::invalid("Minimum top-up amount is 1.01"));
    }
    let card = found(state, call, Model::Prepaid, id)?;
    match card.status {
        CardStatus::Active | CardStatus::Frozen => {}
        CardStatus::Pending | CardStatus::Deleted | CardStatus::Blocked | CardStatus::Expired => {
            return Err(Failure::invalid("This card cannot be topped up"));
        }
    }
    let id = card.id.clone();
    let Transfer { taken, given, fee } = transfer(amount, call.quirks.transfer_fee);
    if state.usd() < taken {
        return Err(Failure::invalid("Insufficient balance"));
    }
    state.move_usd(-taken);
    state.move_card(&id, given);
    if let Some(card) = state.cards.get_mut(&id) {
        card.totals.topped_up += given;
    }
    state.note_move(&id, MoveKind::Topup, given);
    state.note_move(&id, MoveKind::Fee, fee);
    state.news.push(Notice::Card(id));
    Ok(Answer::Message(MOVED))
}

pub fn withdraw(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let amount = call.fields.amount("amount")?;
    let card = found(state, call, Model::Prepaid, id)?;
    match card.status {
        CardStatus::Active | CardStatus::Frozen | CardStatus::Expired => {}
        CardStatus::Pending | CardStatus::Deleted | CardStatus::Blocked => {
            return Err(Failure::invalid("Nothing can be withdrawn from this card"));
        }
    }
    let Transfer { taken, given, fee } = transfer(amount, call.quirks.transfer_fee);
    if card.balance < taken {
        return Err(Failure::invalid("Insufficient card balance"));
    }
    let id = card.id.clone();
    card.balance -= taken;
    card.totals.withdrawn += taken;
    state.move_usd(given);
    state.note_move(&id, MoveKind::Withdraw, given);
    state.note_move(&id, MoveKind::Fee, fee);
    state.news.push(Notice::Card(id));
    Ok(Answer::Message(MOVED))
}
