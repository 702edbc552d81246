//! Freeze, unfreeze, delete.
//!
//! Documented: freeze from `active` only, unfreeze, delete as the end, none of them from `blocked`
//! or `expired`; withdraw before deleting (4.6). Assumed: deleting with money left is refused (the
//! text on it is incomplete: a quirk), and deleting a `pending`, `blocked` or `expired` card is too.

use rust_decimal::Decimal;

use super::{Call, found};
use crate::envelope::{Answer, Answered, Failure};
use crate::quirks::DeleteRemainder;
use crate::state::{CardStatus, Model, MoveKind, Notice, State};

pub fn freeze(state: &mut State, call: &Call<'_>, model: Model, id: &str) -> Answered {
    let card = found(state, call, model, id)?;
    if card.status != CardStatus::Active {
        return Err(Failure::invalid("Only an active card can be frozen"));
    }
    card.status = CardStatus::Frozen;
    let id = card.id.clone();
    state.news.push(Notice::Card(id));
    Ok(Answer::Message("Card has been frozen"))
}

pub fn unfreeze(state: &mut State, call: &Call<'_>, model: Model, id: &str) -> Answered {
    let card = found(state, call, model, id)?;
    if card.status != CardStatus::Frozen {
        return Err(Failure::invalid("Only a frozen card can be unfrozen"));
    }
    card.status = CardStatus::Active;
    let id = card.id.clone();
    state.news.push(Notice::Card(id));
    Ok(Answer::Message("Card has been unfrozen"))
}

pub fn delete(state: &mut State, call: &Call<'_>, model: Model, id: &str) -> Answered {
    let card = found(state, call, model, id)?;
    match card.status {
        CardStatus::Active | CardStatus::Frozen => {}
        CardStatus::Pending | CardStatus::Deleted | CardStatus::Blocked | CardStatus::Expired => {
            return Err(Failure::invalid("This card cannot be deleted"));
        }
    }
    let rest = card.balance;
    let kind = match call.quirks.delete_remainder {
        DeleteRemainder::Refused if !rest.is_zero() => {
            return Err(Failure::invalid("Card has a balance: withdraw first"));
        }
        DeleteRemainder::Returns | DeleteRemainder::Refused => MoveKind::Return,
        DeleteRemainder::Forfeits => MoveKind::Forfeit,
    };
    card.status = CardStatus::Deleted;
    card.balance = Decimal::ZERO;
    let id = card.id.clone();
    if kind == MoveKind::Return {
        state.move_usd(rest);
    }
    state.note_move(&id, kind, rest);
    state.news.push(Notice::Card(id));
    Ok(Answer::Message("Card has been deleted"))
}
