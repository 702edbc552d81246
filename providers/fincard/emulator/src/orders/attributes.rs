//! Checks what `/card/v2/update` asks for.
//!
//! Documented: `noPinPaymentAmount` for physical cards whose BIN supports it, spending controls with
//! `supportSetting`, MCC lists with `supportSettingMcc` and only one of them (F-doc 7.5); 0 to 2000
//! (7.6); `PER_TRANSACTION`, the only interval seen. Assumed: something must be asked for, an MCC has
//! four digits, and gift cards take none of it.

use rust_decimal::{Decimal, dec};

use super::accept::Draft;
use super::checks::{check_amount, usable};
use crate::card_types::CardType;
use crate::envelope::Failure;
use crate::state::{Change, OrderKind, State};

pub const NO_PIN_MAX: Decimal = dec!(2000);

pub fn update(state: &State, card_no: &str, change: Change) -> Result<Draft, Failure> {
    let (card, card_type) = usable(state, card_no)?;
    if change.is_empty() {
        return Err(Failure::business("Nothing to update"));
    }
    if let Some(amount) = change.no_pin_amount {
        check_no_pin(&card_type, amount)?;
    }
    check_spending(&card_type, &change)?;
    check_mcc(&card_type, &change)?;
    Ok(Draft {
        change: Some(change),
        ..Draft::on(card, OrderKind::Update, Decimal::ZERO)
    })
}

pub fn check_no_pin(card_type: &CardType, amount: Decimal) -> Result<(), Failure> {
    if !card_type.is_physical() {
        return Err(Failure::business(
            "noPinPaymentAmount parameter error: for physical cards only",
        ));
    }
    let range = (Decimal::ZERO, NO_PIN_MAX);
    check_amount("noPinPaymentAmount", amount, range, card_type.digits)
}

fn check_spending(card_type: &CardType, change: &Change) -> Result<(), Failure> {
    let Some(controls) = &change.spending else {
        return Ok(());
    };
    if !card_type.settable {
        return Err(Failure::business(
            "The BIN does not support spendingControls",
        ));
    }
    for control in controls {
        if control.interval != "PER_TRANSACTION" {
            return Err(Failure::business(
                "spendingControls parameter error: interval must be PER_TRANSACTION",
            ));
        }
        let range = (Decimal::ZERO, Decimal::MAX);
        check_amount("spendingControls", control.amount, range, card_type.digits)?;
    }
    Ok(())
}

fn check_mcc(card_type: &CardType, change: &Change) -> Result<(), Failure> {
    let lists = [&change.allowed_mcc, &change.blocked_mcc];
    if lists.iter().all(|list| list.is_none()) {
        return Ok(());
    }
    if !card_type.settable {
        return Err(Failure::business("The BIN does not support riskControls"));
    }
    if lists.iter().all(|list| list.is_some()) {
        return Err(Failure::business(
            "riskControls parameter error: only one of allowedMcc and blockedMcc",
        ));
    }
    let is_code = |mcc: &String| mcc.len() == 4 && mcc.bytes().all(|byte| byte.is_ascii_digit());
    if lists.into_iter().flatten().flatten().all(is_code) {
        Ok(())
    } else {
        Err(Failure::business(
            "riskControls parameter error: an MCC has four digits",
        ))
    }
}
