//! Opening a card: what its BIN needs, and the card itself.
//!
//! Documented: `cardNumber` for a physical card, `accountId` of a MARGIN account for a BUDGET_CARD,
//! `holderId` where the BIN needs one, which must be at `pass_audit`, and the most cards per holder
//! (F-doc 7.1, 7.2). Assumed: a shared card's MARGIN account pays price, first deposit and top-ups,
//! so that its balance is what is left to allocate; a holder counts for the BIN it was made for;
//! cancelled and failed cards do not count; any unused number of the BIN with a right check digit
//! can be a bought physical card; naming what the BIN has no use for is refused.

use rust_decimal::Decimal;

use super::accept::{Draft, Needs, Terms};
use super::checks;
use crate::card_types::{self, CardType};
use crate::clock::date;
use crate::envelope::Failure;
use crate::holders;
use crate::request::required;
use crate::state::{
    Attributes, AuditStatus, Card, CardStatus, MARGIN, OrderKind, State, is_number,
};

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
    let found = look_up(state, &card_type, needs)?;
    checks::check_amount("amount", amount, card_type.first_deposit, card_type.digits)?;
    checks::check_funds(state, &found.funded_by, amount + card_type.price)?;
    let card = new_card(state, &card_type, found, terms);
    let draft = Draft {
        fee: card_type.price,
        ..Draft::on(&card, OrderKind::Create, amount)
    };
    state.cards.push(card);
    Ok(draft)
}

/// What an opening's needs stand for.
struct Found {
    holder_id: Option<u64>,
    number: Option<String>,
    funded_by: String,
}

fn look_up(state: &State, card_type: &CardType, needs: &Needs) -> Result<Found, Failure> {
    Ok(Found {
        holder_id: holder(state, card_type, needs.holder_id.as_deref())?,
        number: number(state, card_type, needs.card_number.as_deref())?,
        funded_by: funding(state, card_type, needs.account_id.as_deref())?,
    })
}

fn holder(
    state: &State,
    card_type: &CardType,
    given: Option<&str>,
) -> Result<Option<u64>, Failure> {
    let id = match given {
        Some(id) => id,
        None if card_type.holder_model.is_some() => {
            return Err(Failure::business("holderId is required"));
        }
        None => return Ok(None),
    };
    let holder = holders::known(state, id)?;
    if holder.card_type_id != card_type.id {
        return Err(Failure::business(
            "holderId parameter error: the cardholder is of another card type",
        ));
    }
    if holder.status != AuditStatus::PassAudit {
        return Err(Failure::business(format!(
            "The cardholder is {}",
            holder.status.word()
        )));
    }
    let is_counted = |card: &&Card| {
        card.holder_id == Some(holder.id)
            && !matches!(card.status, CardStatus::Cancel | CardStatus::Fail)
    };
    if state.cards.iter().filter(is_counted).count() >= card_type.holder_card_limit {
        return Err(Failure::business("The cardholder has too many cards"));
    }
    Ok(Some(holder.id))
}

fn number(
    state: &State,
    card_type: &CardType,
    given: Option<&str>,
) -> Result<Option<String>, Failure> {
    if !card_type.is_physical() {
        return match given {
            Some(_) => Err(Failure::business("The physical card does not exist")),
            None => Ok(None),
        };
    }
    let number = required("cardNumber", given)?;
    let is_taken = state.cards.iter().any(|card| card.number == number);
    if is_number(number, card_type.bin) && !is_taken {
        Ok(Some(number.to_owned()))
    } else {
        Err(Failure::business(
            "cardNumber parameter error: not an unused card of this BIN",
        ))
    }
}

fn funding(state: &State, card_type: &CardType, given: Option<&str>) -> Result<String, Failure> {
    if !card_type.is_shared() {
        return match given {
            Some(_) => Err(Failure::business(
                "accountId parameter error: the BIN is no BUDGET_CARD",
            )),
            None => {
                let wallet = state.wallet(card_type.currency).ok_or(Failure::Server)?;
                Ok(wallet.id.clone())
            }
        };
    }
    let id = required("accountId", given)?;
    let account = state
        .account(id)
        .ok_or_else(|| Failure::business("The account does not exist"))?;
    if account.kind != MARGIN || account.currency != card_type.currency {
        return Err(Failure::business(format!(
            "accountId parameter error: a MARGIN account in {} is needed",
            card_type.currency
        )));
    }
    Ok(account.id.clone())
}

fn new_card(state: &mut State, card_type: &CardType, found: Found, terms: &Terms) -> Card {
    let (invented, cvv, expires) = Card::secrets(card_type.bin, &mut state.draw());
    let serial = state.next_number();
    Card {
        // Two letters, the date and 18 digits: 28 characters, the shape seen upstream.
        card_no: format!(
            "{}{}{serial:018}",
            terms.card_prefix,
            date(terms.now_ms).replace('-', "")
        ),
        card_type_id: card_type.id,
        status: CardStatus::Pending,
        blocked: false,
        currency: card_type.currency.to_owned(),
        balance: Decimal::ZERO,
        used: Decimal::ZERO,
        funded_by: found.funded_by,
        holder_id: found.holder_id,
        remark: None,
        attributes: Attributes::default(),
        bind_time: terms.now_ms,
        number: found.number.unwrap_or(invented),
        cvv,
        expires,
        activation_code: None,
    }
}
