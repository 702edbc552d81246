//! Checks what is asked for against the BIN, the card and the account that pays.
//!
//! Documented: ranges, decimals, retention quota and feature switches of the BIN (F-doc 7.1, 7.5);
//! the top-up fee is on top (samples); cancel from `Normal` or `Freeze` (2.2). Assumed: money moves
//! only on a `Normal`, unblocked card; a card with an order under way cannot be cancelled; the
//! BIN's decimals hold for the first deposit and withdrawals too.

use rust_decimal::{Decimal, dec};

use super::accept::Draft;
use crate::card_types::CardType;
use crate::envelope::Failure;
use crate::state::{Card, CardStatus, Order, OrderKind, State};

pub fn deposit(state: &State, card_no: &str, amount: Decimal) -> Result<Draft, Failure> {
    let (card, card_type) = usable(state, card_no)?;
    refuse_gift(&card_type, "deposit")?;
    check_amount("amount", amount, card_type.top_up, card_type.digits)?;
    let fee = card_type.top_up_fee(amount);
    check_funds(state, &card.funded_by, amount + fee)?;
    Ok(Draft {
        fee,
        ..Draft::on(card, OrderKind::Deposit, amount)
    })
}

pub fn withdraw(state: &State, card_no: &str, amount: Decimal) -> Result<Draft, Failure> {
    let (card, card_type) = usable(state, card_no)?;
    refuse_gift(&card_type, "withdraw")?;
    check_amount(
        "amount",
        amount,
        (dec!(0.01), Decimal::MAX),
        card_type.digits,
    )?;
    if card.balance < amount {
        return Err(Failure::business("Insufficient card balance"));
    }
    if card.balance - amount < card_type.retention {
        return Err(Failure::business(format!(
            "At least {} must stay on the card",
            card_type.retention
        )));
    }
    Ok(Draft::on(card, OrderKind::Withdraw, amount))
}

pub fn freeze(state: &State, card_no: &str) -> Result<Draft, Failure> {
    let (card, card_type) = usable(state, card_no)?;
    refuse_gift(&card_type, "freeze")?;
    Ok(Draft::on(card, OrderKind::Freeze, Decimal::ZERO))
}

pub fn unfreeze(state: &State, card_no: &str) -> Result<Draft, Failure> {
    let card = known(state, card_no)?;
    refuse_gift(&card_type(card)?, "unfreeze")?;
    if card.blocked || card.status != CardStatus::Freeze {
        return Err(wrong_status(card));
    }
    Ok(Draft::on(card, OrderKind::UnFreeze, Decimal::ZERO))
}

pub fn cancel(state: &State, card_no: &str) -> Result<Draft, Failure> {
    let card = known(state, card_no)?;
    if !matches!(card.status, CardStatus::Normal | CardStatus::Freeze) {
        return Err(wrong_status(card));
    }
    let under_way = |order: &Order| order.card_no == card_no && !order.status.is_final();
    if state.orders.iter().any(under_way) {
        return Err(Failure::business("The card has an order under way"));
    }
    Ok(Draft::on(card, OrderKind::Cancel, card.balance))
}

pub fn known<'a>(state: &'a State, card_no: &str) -> Result<&'a Card, Failure> {
    state
        .card(card_no)
        .ok_or_else(|| Failure::business("The card does not exist"))
}

pub fn card_type(card: &Card) -> Result<CardType, Failure> {
    card.card_type().ok_or(Failure::Server)
}

/// A card on which money can move, with its BIN.
pub fn usable<'a>(state: &'a State, card_no: &str) -> Result<(&'a Card, CardType), Failure> {
    let card = known(state, card_no)?;
    if card.blocked || card.status != CardStatus::Normal {
        return Err(wrong_status(card));
    }
    Ok((card, card_type(card)?))
}

pub fn wrong_status(card: &Card) -> Failure {
    let status = if card.blocked {
        "blocked"
    } else {
        card.status.word()
    };
    Failure::business(format!("Not possible while the card is {status}"))
}

pub fn refuse_gift(card_type: &CardType, operation: &str) -> Result<(), Failure> {
    if card_type.is_gift() {
        return Err(Failure::business(format!(
            "The BIN does not support {operation}"
        )));
    }
    Ok(())
}

pub fn check_amount(
    name: &str,
    amount: Decimal,
    (min, max): (Decimal, Decimal),
    digits: u32,
) -> Result<(), Failure> {
    if amount < min || amount > max {
        return Err(Failure::business(format!(
            "{name} parameter error: from {min} to {max}"
        )));
    }
    if amount.normalize().scale() > digits {
        return Err(Failure::business(format!(
            "{name} parameter error: at most {digits} decimals"
        )));
    }
    Ok(())
}

pub fn check_funds(state: &State, account_id: &str, amount: Decimal) -> Result<(), Failure> {
    match state.account(account_id) {
        Some(account) if account.balance >= amount => Ok(()),
        Some(_) | None => Err(Failure::business("Insufficient balance")),
    }
}
