//! Checks what is asked for against the BIN, the card and the WALLET.
//!
//! Documented: ranges, decimals, retention quota and feature switches of the BIN (F-doc 7.1, 7.5);
//! the top-up fee is on top (samples); cancel from `Normal` or `Freeze` (2.2). Assumed: money moves
//! only on a `Normal`, unblocked card; a card with an order under way cannot be cancelled; the
//! BIN's decimals hold for the first deposit and withdrawals too.

use rust_decimal::{Decimal, dec};

use super::accept::{Draft, Needs, Terms};
use crate::card_types::{self, CardType};
use crate::envelope::Failure;
use crate::state::{Card, CardStatus, Order, OrderKind, State};

pub fn open(
    state: &mut State,
    card_type_id: &str,
    amount: Decimal,
    needs: &Needs,
    terms: &Terms,
) -> Result<Draft, Failure> {
    let card_type = card_types::find(card_type_id)
        .ok_or_else(|| Failure::business("The card type does not exist"))?;
    if !card_type.online {
        return Err(Failure::business("The card type is offline"));
    }
    check_needs(&card_type, needs)?;
    check_amount("amount", amount, card_type.first_deposit, card_type.digits)?;
    check_wallet(state, card_type.currency, amount + card_type.price)?;
    let card = new_card(state, &card_type, terms);
    let draft = Draft {
        fee: card_type.price,
        ..Draft::on(&card, OrderKind::Create, amount)
    };
    state.cards.push(card);
    Ok(draft)
}

fn check_needs(card_type: &CardType, needs: &Needs) -> Result<(), Failure> {
    let wanted = [
        (
            card_type.holder_model.is_some(),
            "holderId",
            &needs.holder_id,
            "The cardholder",
        ),
        (
            card_type.is_physical(),
            "cardNumber",
            &needs.card_number,
            "The physical card",
        ),
        (
            card_type.is_shared(),
            "accountId",
            &needs.account_id,
            "The account",
        ),
    ];
    for (is_needed, name, given, subject) in wanted {
        match given {
            Some(_) => return Err(Failure::business(format!("{subject} does not exist"))),
            None if is_needed => return Err(Failure::business(format!("{name} is required"))),
            None => {}
        }
    }
    Ok(())
}

fn new_card(state: &mut State, card_type: &CardType, terms: &Terms) -> Card {
    let (number, cvv, expires) = Card::secrets(card_type.bin, &mut state.draw());
    let serial = state.next_number();
    Card {
        // Two letters, the date and 18 digits: 28 characters, the shape seen upstream.
        card_no: format!("{}{}{serial:018}", terms.card_prefix, date(terms.now_ms)),
        card_type_id: card_type.id,
        status: CardStatus::Pending,
        blocked: false,
        currency: card_type.currency.to_owned(),
        balance: Decimal::ZERO,
        bind_time: terms.now_ms,
        number,
        cvv,
        expires,
    }
}

fn date(now_ms: i64) -> String {
    let moment = time::OffsetDateTime::from_unix_timestamp(now_ms / 1000)
        .unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    format!(
        "{:04}{:02}{:02}",
        moment.year(),
        u8::from(moment.month()),
        moment.day()
    )
}

pub fn deposit(state: &State, card_no: &str, amount: Decimal) -> Result<Draft, Failure> {
    let (card, card_type) = usable(state, card_no)?;
    refuse_gift(&card_type, "deposit")?;
    check_amount("amount", amount, card_type.top_up, card_type.digits)?;
    let fee = card_type.top_up_fee(amount);
    check_wallet(state, &card.currency, amount + fee)?;
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

/// A card on which money can move, with its BIN.
fn usable<'a>(state: &'a State, card_no: &str) -> Result<(&'a Card, CardType), Failure> {
    let card = known(state, card_no)?;
    if card.blocked || card.status != CardStatus::Normal {
        return Err(wrong_status(card));
    }
    let card_type = card_types::find(&card.card_type_id.to_string()).ok_or(Failure::Server)?;
    Ok((card, card_type))
}

fn wrong_status(card: &Card) -> Failure {
    let status = if card.blocked {
        "blocked"
    } else {
        card.status.word()
    };
    Failure::business(format!("Not possible while the card is {status}"))
}

fn refuse_gift(card_type: &CardType, operation: &str) -> Result<(), Failure> {
    if card_type.is_gift() {
        return Err(Failure::business(format!(
            "The BIN does not support {operation}"
        )));
    }
    Ok(())
}

fn check_amount(
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

fn check_wallet(state: &State, currency: &str, amount: Decimal) -> Result<(), Failure> {
    match state.wallet_balance(currency) {
        Some(balance) if balance >= amount => Ok(()),
        Some(_) | None => Err(Failure::business("Insufficient balance")),
    }
}
