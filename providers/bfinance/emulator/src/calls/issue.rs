//! Issuing: what both models share, and the prepaid calls.
//!
//! Documented: fields and causes of failure (4.2), `data.card` with number and code in clear, no
//! code in a reissue answer (S2). Assumed: the price is taken beside the initial balance; the
//! restricted nationalities; a reissued card replaces the old one, which is deleted and whose
//! remainder returns to the organisation.

use std::collections::BTreeMap;

use rand::RngExt;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Call, found};
use crate::card_types::{self, CardType};
use crate::envelope::{Answer, Answered, Failure};
use crate::quirks::AddressForm;
use crate::request::Fields;
use crate::state::{
    Card, CardStatus, CustomerStatus, Holder, Model, MoveKind, Notice, State, Totals,
    default_limits, number,
};
use crate::views;

/// Refused by compliance; which ones really are is not documented.
const RESTRICTED: [&str; 2] = ["IRN", "PRK"];

/// Five years on.
const EXPIRES: &str = "11/31";

/// A body that may become a card.
pub struct Wanted {
    pub card_type: CardType,
    pub holder: Holder,
    pub label: Option<String>,
    pub external_id: Option<String>,
    pub display_name: Option<String>,
}

pub fn wanted(state: &State, call: &Call<'_>, model: Model) -> Result<Wanted, Failure> {
    let fields = call.fields;
    let type_id = fields.required("typeId")?;
    let card_type = card_types::active(&type_id)
        .ok_or_else(|| Failure::invalid("typeId is invalid or not active"))?;
    if card_type.model != model {
        return Err(Failure::invalid(match card_type.model {
            Model::Budget => "This card type requires budgetId",
            Model::Prepaid => "This card type has no budget",
        }));
    }
    let external_id = fields.text("externalId")?;
    if external_id.is_none() && call.quirks.external_id_required {
        return Err(Failure::invalid("externalId is required"));
    }
    let taken = |card: &Card| external_id.is_some() && card.external_id == external_id;
    if call.quirks.external_id_unique && state.cards.all().iter().any(taken) {
        return Err(Failure::Conflict("externalId already exists".into()));
    }
    Ok(Wanted {
        holder: holder(state, call, &card_type)?,
        label: fields.text("label")?,
        display_name: configuration(call)?,
        external_id,
        card_type,
    })
}

fn holder(state: &State, call: &Call<'_>, card_type: &CardType) -> Result<Holder, Failure> {
    let first_name = call.fields.text("firstName")?;
    let last_name = call.fields.text("lastName")?;
    let customer_id = call.fields.text("customerId")?;
    let names_needed = customer_id.is_none()
        || call.quirks.names_always_required
        || card_type.model == Model::Budget;
    if names_needed {
        for (name, value) in [("firstName", &first_name), ("lastName", &last_name)] {
            if value.is_none() {
                return Err(Failure::invalid(format!("{name} is required")));
            }
        }
    }
    match &customer_id {
        None if card_type.needs_customer => {
            return Err(Failure::invalid(
                "customerId is required for this card type",
            ));
        }
        None => {}
        Some(id) => check_customer(state, id, card_type)?,
    }
    Ok(Holder {
        first_name,
        last_name,
        customer_id,
    })
}

fn check_customer(state: &State, id: &str, card_type: &CardType) -> Result<(), Failure> {
    let customer = state.customers.get(id);
    let customer = customer.ok_or_else(|| Failure::invalid("Customer not found"))?;
    if customer.status != CustomerStatus::Active {
        return Err(Failure::invalid("Customer is not verified"));
    }
    if customer
        .nationality
        .as_deref()
        .is_some_and(|code| RESTRICTED.contains(&code))
    {
        return Err(Failure::invalid("Compliance: nationality is not supported"));
    }
    if card_type.needs_customer && !customer.is_granted(card_type.id) {
        return Err(Failure::NotGranted(
            "Customer has no access to this card type".into(),
        ));
    }
    Ok(())
}

/// Checks `configuration`; the display name is all that is kept of it.
fn configuration(call: &Call<'_>) -> Result<Option<String>, Failure> {
    let Some(configuration) = call.fields.object("configuration")? else {
        return Ok(None);
    };
    match (configuration.value("address"), call.quirks.address) {
        (None, _) | (Some(Value::String(_)), AddressForm::String) => {}
        (Some(Value::Object(_)), AddressForm::Object) => {
            if let Some(address) = configuration.object("address")? {
                check_address(&address)?;
            }
        }
        (Some(_), AddressForm::Object) => {
            return Err(Failure::invalid("configuration.address must be an object"));
        }
        (Some(_), AddressForm::String) => {
            return Err(Failure::invalid("configuration.address must be a string"));
        }
    }
    configuration.text("displayName")
}

fn check_address(address: &Fields) -> Result<(), Failure> {
    for name in [
        "line1",
        "line2",
        "city",
        "region",
        "postalCode",
        "countryCode",
    ] {
        address.text(name)?;
    }
    Ok(())
}

/// Makes the card. The money is moved by the caller.
pub fn make(state: &mut State, call: &Call<'_>, wanted: Wanted, budget: Option<String>) -> Card {
    let Wanted {
        card_type,
        holder,
        label,
        external_id,
        display_name,
    } = wanted;
    let mut rng = state.draw();
    let number = number(card_type.bin, &mut rng);
    let cvv = format!("{:03}", rng.random_range(0..1000));
    let waits_for_plastic = card_type.physical && call.quirks.physical_pending;
    let pending = waits_for_plastic || call.quirks.pending_first;
    let settles = call.quirks.pending_first && !waits_for_plastic;
    Card {
        id: state.new_id(),
        type_id: card_type.id.to_owned(),
        model: card_type.model,
        budget_id: budget,
        status: if pending {
            CardStatus::Pending
        } else {
            CardStatus::Active
        },
        activates_at: settles.then(|| call.settles_at()),
        currency: card_type.currency.to_owned(),
        balance: Decimal::ZERO,
        totals: Totals::default(),
        holder,
        label,
        external_id,
        display_name,
        email: None,
        phone: None,
        pin_set: false,
        limits: default_limits(),
        velocity: BTreeMap::new(),
        plastic: None,
        number,
        cvv,
        expires: EXPIRES.to_owned(),
    }
}

pub fn add(state: &mut State, card: Card) {
    state.issued.push(card.id.clone());
    state.news.push(Notice::Card(card.id.clone()));
    state.cards.push(card);
}

pub fn card(state: &mut State, call: &Call<'_>) -> Answered {
    let wanted = wanted(state, call, Model::Prepaid)?;
    let balance = initial_balance(call)?;
    let card = load(state, call, wanted, balance)?;
    let shown = views::issued(&card, call.quirks, true);
    add(state, card);
    Ok(Answer::Data(json!({"card": shown})))
}

fn initial_balance(call: &Call<'_>) -> Result<Decimal, Failure> {
    let balance = call.fields.number("initialBalance")?;
    if !balance.is_integer() || balance.is_sign_negative() && !balance.is_zero() {
        return Err(Failure::invalid("initialBalance must be an integer from 0"));
    }
    if balance.is_zero() && !call.quirks.zero_initial_balance {
        return Err(Failure::invalid("initialBalance must be positive"));
    }
    Ok(balance)
}

/// Takes price and initial balance from the organisation and makes a card with that balance.
fn load(
    state: &mut State,
    call: &Call<'_>,
    wanted: Wanted,
    balance: Decimal,
) -> Result<Card, Failure> {
    let price = wanted.card_type.price;
    if state.usd() < balance + price {
        return Err(Failure::invalid("Insufficient balance"));
    }
    state.move_usd(-(balance + price));
    let mut card = make(state, call, wanted, None);
    card.balance = balance;
    state.note_move(&card.id, MoveKind::Fee, price);
    state.note_move(&card.id, MoveKind::Load, balance);
    Ok(card)
}

pub fn again(state: &mut State, call: &Call<'_>) -> Answered {
    let old_id = call.fields.required("cardId")?;
    let balance = initial_balance(call)?;
    let old = found(state, call, Model::Prepaid, &old_id)?.clone();
    match old.status {
        CardStatus::Active | CardStatus::Frozen | CardStatus::Expired => {}
        CardStatus::Pending | CardStatus::Deleted | CardStatus::Blocked => {
            return Err(Failure::invalid("This card cannot be reissued"));
        }
    }
    let card_type = card_types::active(&old.type_id)
        .ok_or_else(|| Failure::invalid("typeId is invalid or not active"))?;
    let wanted = Wanted {
        card_type,
        holder: old.holder.clone(),
        label: old.label.clone(),
        external_id: old.external_id.clone(),
        display_name: old.display_name.clone(),
    };
    let card = load(state, call, wanted, balance)?;
    if let Some(old) = state.cards.get_mut(&old.id) {
        old.status = CardStatus::Deleted;
        old.balance = Decimal::ZERO;
    }
    state.move_usd(old.balance);
    state.note_move(&old.id, MoveKind::Return, old.balance);
    state.news.push(Notice::Card(old.id));
    let shown = views::issued(&card, call.quirks, call.quirks.reissue_shows_secrets);
    add(state, card);
    Ok(Answer::Data(json!({"card": shown})))
}
