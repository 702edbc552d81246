//! Physical cards.
//!
//! Documented: both bodies, `cardType` `budget` or `prepaid` (D). Assumed: the id is a card's; only
//! cards of a physical type are made of plastic; one order per card; the code comes by mail, here
//! from a control route; a wrong code or a second activation is a 400.

use super::{Call, customer_form, found};
use crate::card_types;
use crate::envelope::{Answer, Answered, Failure};
use crate::state::{Card, CardStatus, Model, Notice, Plastic, State};

fn card<'a>(state: &'a mut State, call: &Call<'_>, id: &str) -> Result<&'a mut Card, Failure> {
    let word = call.fields.one_of("cardType", &["budget", "prepaid"])?;
    let model = if word == "budget" {
        Model::Budget
    } else {
        Model::Prepaid
    };
    found(state, call, model, id)
}

pub fn order(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let shipping = call.fields.object("shippingData")?;
    let shipping = shipping.ok_or_else(|| Failure::invalid("shippingData is required"))?;
    let needed = [
        "firstName",
        "lastName",
        "email",
        "phone",
        "phoneCode",
        "addressLine1",
        "city",
        "state",
        "postalCode",
    ];
    for name in needed {
        shipping.required(name)?;
    }
    shipping.text("addressLine2")?;
    if !customer_form::is_country(&shipping.required("country")?) {
        return Err(Failure::invalid("country must be an ISO-3 code"));
    }
    let code = state.six_digits();
    let card = card(state, call, id)?;
    let physical = card_types::active(&card.type_id).is_some_and(|one| one.physical);
    if !physical {
        return Err(Failure::invalid("This card type has no physical cards"));
    }
    open(card)?;
    if card.plastic.is_some() {
        return Err(Failure::Conflict(
            "A physical card is already ordered".into(),
        ));
    }
    card.plastic = Some(Plastic {
        code,
        activated: false,
    });
    Ok(Answer::Message("Physical card has been ordered"))
}

fn open(card: &Card) -> Result<(), Failure> {
    match card.status {
        CardStatus::Active | CardStatus::Pending => Ok(()),
        CardStatus::Frozen | CardStatus::Deleted | CardStatus::Blocked | CardStatus::Expired => {
            Err(Failure::invalid("Card is not active"))
        }
    }
}

pub fn activate(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let code = call.fields.required("code")?;
    let card = card(state, call, id)?;
    open(card)?;
    let plastic = card.plastic.as_mut();
    let plastic = plastic.ok_or_else(|| Failure::invalid("No physical card was ordered"))?;
    if plastic.activated {
        return Err(Failure::invalid("The physical card is already active"));
    }
    if plastic.code != code {
        return Err(Failure::invalid("Wrong activation code"));
    }
    plastic.activated = true;
    card.status = CardStatus::Active;
    let id = card.id.clone();
    state.news.push(Notice::Card(id));
    Ok(Answer::Message("Physical card has been activated"))
}
