//! Spending limits, velocity, and a card's e-mail and phone.
//!
//! Documented: the limit types and the shape of the answer, a 400 for a frozen card (S1's tests),
//! velocity windows and that they are write-only (D), bodies `{email}` and `{phone}` (S2). Assumed:
//! limits and velocity amounts from zero; `used` counts completed purchases of the last 24 hours and
//! 30 days; deleted, blocked and expired cards take no settings.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Call, Use, found, seen};
use crate::envelope::{Answer, Answered, Failure};
use crate::spend;
use crate::state::{Card, CardStatus, LIMITS, Model, State, WINDOWS};
use crate::views;

pub fn limits(state: &State, call: &Call<'_>, id: &str) -> Answered {
    let card = seen(state, call, Model::Prepaid, id, Use::Other)?;
    check(card, call)?;
    let channel = |channel: &str| {
        let window = |name: &str, window: &str| {
            let used = spend::spent(state, card, Some(channel), window, call.now_ms);
            let limit = card.limit(&format!("{channel}-{name}"));
            json!({"limit": views::number(limit), "used": views::number(used)})
        };
        let once = card.limit(&format!("{channel}-transaction"));
        json!({
            "daily": window("daily", "DAY"),
            "monthly": window("monthly", "MONTH"),
            "transaction": {"limit": views::number(once)},
        })
    };
    Ok(Answer::Data(
        json!({"ecommerce": channel("ecommerce"), "pos": channel("pos")}),
    ))
}

fn check(card: &Card, call: &Call<'_>) -> Result<(), Failure> {
    let served = match card.status {
        CardStatus::Active | CardStatus::Pending => true,
        CardStatus::Frozen => !call.quirks.frozen_limits_refused,
        CardStatus::Deleted | CardStatus::Blocked | CardStatus::Expired => false,
    };
    if served {
        Ok(())
    } else {
        Err(Failure::invalid("Card is not active"))
    }
}

fn from_zero(call: &Call<'_>, name: &str) -> Result<Decimal, Failure> {
    let limit = call.fields.number(name)?;
    if limit < Decimal::ZERO {
        return Err(Failure::invalid(format!("{name} must not be negative")));
    }
    Ok(limit)
}

pub fn set_limit(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let types = LIMITS.map(|(kind, _)| kind);
    let kind = call.fields.one_of("type", &types)?;
    let limit = from_zero(call, "limit")?;
    let card = found(state, call, Model::Prepaid, id)?;
    check(card, call)?;
    card.limits.insert(kind.clone(), limit);
    Ok(Answer::Data(
        json!({"type": kind, "limit": views::number(limit)}),
    ))
}

pub fn set_velocity(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let windows = WINDOWS.map(|(window, _)| window);
    let window = call.fields.one_of("type", &windows)?;
    let amount = from_zero(call, "amount")?;
    let card = found(state, call, Model::Budget, id)?;
    open(card)?;
    card.velocity.insert(window, amount);
    Ok(Answer::Message("Velocity limit has been set"))
}

/// `email` or `phone`.
pub fn set_contact(
    state: &mut State,
    call: &Call<'_>,
    model: Model,
    id: &str,
    which: &str,
) -> Answered {
    let value = call.fields.required(which)?;
    let card = found(state, call, model, id)?;
    open(card)?;
    if which == "email" {
        card.email = Some(value);
    } else {
        card.phone = Some(value);
    }
    Ok(Answer::Data(Value::Object(Default::default())))
}

fn open(card: &Card) -> Result<(), Failure> {
    match card.status {
        CardStatus::Active | CardStatus::Frozen | CardStatus::Pending => Ok(()),
        CardStatus::Deleted | CardStatus::Blocked | CardStatus::Expired => {
            Err(Failure::invalid("Card is not active"))
        }
    }
}
