//! Activation and PIN of physical cards.
//!
//! Documented: activation with PIN and code, the no-PIN amount of 0 to 2000, 500 by default (7.6);
//! the code arrives as a 3DS-type event (7.6); the PIN rules (7.5). Assumed: a new code is made when
//! the opening succeeds and stays valid until it is used; the PIN can be changed on an active card
//! only; "ascending" and "descending" hold for any strictly rising or falling digits, "repeated
//! block" for a PIN that is nothing but one block. The PIN itself is kept nowhere.

use rand::RngExt;
use rust_decimal::{Decimal, dec};

use super::accept::Draft;
use super::attributes::check_no_pin;
use super::checks::{card_type, known, usable, wrong_status};
use crate::envelope::Failure;
use crate::state::{CardStatus, Challenge, ChallengeKind, Change, OrderKind, State};

const NO_PIN_DEFAULT: Decimal = dec!(500);

pub fn activate(
    state: &State,
    card_no: &str,
    pin: &str,
    code: &str,
    no_pin_amount: Option<Decimal>,
) -> Result<Draft, Failure> {
    let card = known(state, card_no)?;
    let card_type = card_type(card)?;
    if !card_type.is_physical() {
        return Err(Failure::business("Only a physical card can be activated"));
    }
    if card.blocked || card.status != CardStatus::UnActivated {
        return Err(wrong_status(card));
    }
    let no_pin_amount = no_pin_amount.unwrap_or(NO_PIN_DEFAULT);
    check_no_pin(&card_type, no_pin_amount)?;
    check_pin("pin", pin)?;
    if card.activation_code.as_deref() != Some(code) {
        return Err(Failure::business("activeCode parameter error"));
    }
    let change = Change {
        no_pin_amount: Some(no_pin_amount),
        ..Change::default()
    };
    Ok(Draft {
        change: Some(change),
        ..Draft::on(card, OrderKind::Activate, Decimal::ZERO)
    })
}

pub fn update_pin(state: &State, card_no: &str, pin: &str) -> Result<Draft, Failure> {
    let (card, card_type) = usable(state, card_no)?;
    if !card_type.is_physical() {
        return Err(Failure::business("Only a physical card has a PIN"));
    }
    check_pin("pin", pin)?;
    Ok(Draft::on(card, OrderKind::UpdatePin, Decimal::ZERO))
}

fn check_pin(name: &str, pin: &str) -> Result<(), Failure> {
    let error = |why| Err(Failure::business(format!("{name} parameter error: {why}")));
    let digits: Vec<u8> = pin.bytes().filter(u8::is_ascii_digit).collect();
    if pin.len() != 6 || digits.len() != 6 {
        return error("6 digits");
    }
    let is_one_block = |size: usize| {
        digits
            .windows(size + 1)
            .all(|part| part.first() == part.last())
    };
    if digits
        .windows(3)
        .any(|part| part.iter().all(|digit| Some(digit) == part.first()))
    {
        return error("a digit three times in a row");
    }
    if digits.is_sorted_by(|a, b| a < b) || digits.is_sorted_by(|a, b| a > b) {
        return error("digits in ascending or descending order");
    }
    if is_one_block(2) || is_one_block(3) {
        return error("a repeated block of digits");
    }
    Ok(())
}

impl State {
    /// Sends a physical card's activation code; other cards have none.
    pub fn send_activation_code(&mut self, card_no: &str, now_ms: i64) {
        if self
            .card(card_no)
            .is_none_or(|card| card.status != CardStatus::UnActivated)
        {
            return;
        }
        let code = format!("{:06}", self.draw().random_range(0..1_000_000));
        if let Some(card) = self.card_mut(card_no) {
            card.activation_code = Some(code.clone());
        }
        self.challenge(Challenge {
            card_no: card_no.to_owned(),
            ..Challenge::new(ChallengeKind::ActivationCode, code, now_ms)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_of_a_simple_pattern_is_refused() {
        let refused = [
            "12345", "1234567", "12345a", "111258", "258111", "123456", "135789", "987654",
            "121212", "909090", "123123",
        ];
        for pin in refused {
            assert!(check_pin("pin", pin).is_err(), "{pin}");
        }
        for pin in ["258013", "112233", "121234", "909091"] {
            assert!(check_pin("pin", pin).is_ok(), "{pin}");
        }
    }
}
