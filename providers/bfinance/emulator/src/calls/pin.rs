//! The PIN.
//!
//! Documented: always a string; the same call sets and changes (D); API reference: exactly 4 digits;
//! guide: 4 to 12 digits, no sequence such as 1234 or 0123, not one digit repeated. Assumed: the
//! server checks (unknown 9, a quirk); the guide's rules on sequences and repeats hold with either
//! length; only ascending sequences by one count, as only those are listed.

use super::{Call, found};
use crate::envelope::{Answer, Answered, Failure};
use crate::quirks::PinPolicy;
use crate::state::{CardStatus, Model, State};

pub fn set(state: &mut State, call: &Call<'_>, model: Model, id: &str) -> Answered {
    let pin = call.fields.required("pin")?;
    check(&pin, call.quirks.pin_policy)?;
    let card = found(state, call, model, id)?;
    match card.status {
        CardStatus::Active | CardStatus::Frozen | CardStatus::Pending => {}
        CardStatus::Deleted | CardStatus::Blocked | CardStatus::Expired => {
            return Err(Failure::invalid("This card takes no PIN"));
        }
    }
    card.pin_set = true;
    Ok(Answer::Message("PIN has been set"))
}

fn check(pin: &str, policy: PinPolicy) -> Result<(), Failure> {
    let lengths = match policy {
        PinPolicy::Strict => 4..=4,
        PinPolicy::Guide => 4..=12,
        PinPolicy::None => return Ok(()),
    };
    let digits: Vec<u32> = pin.chars().filter_map(|digit| digit.to_digit(10)).collect();
    if digits.len() != pin.chars().count() || !lengths.contains(&digits.len()) {
        return Err(Failure::invalid("pin has a wrong length or form"));
    }
    let steps: Vec<_> = digits.iter().zip(digits.iter().skip(1)).collect();
    if steps.iter().all(|(left, right)| *left + 1 == **right) {
        return Err(Failure::invalid("pin must not be a sequence"));
    }
    if steps.iter().all(|(left, right)| left == right) {
        return Err(Failure::invalid("pin must not repeat one digit"));
    }
    Ok(())
}
