//! The calls themselves, once authenticated: every path of one table, reads apart from changes.
//!
//! Not served, and a 404: virtual accounts, `/utils`, `/finance/deposit`, `updateArt`, and of the
//! old prefix `transactions/approve` and the crypto top-up address.

mod budget_cards;
mod budgets;
mod cards;
mod customer_form;
mod customers;
mod disputes;
mod issue;
mod money;
mod physical;
mod pin;
mod settings;
mod status;

use axum::http::Method;
use serde_json::json;

use crate::card_types;
use crate::envelope::{Answer, Answered, Failure};
use crate::quirks::{ExternalIds, Quirks};
use crate::request::{Fields, Query};
use crate::script::ScriptBoard;
use crate::state::{Card, EUR, Model, State, USD};
use crate::views;

pub use self::money::MOVED;

/// What a handler knows besides the state.
pub struct Call<'a> {
    pub quirks: &'a Quirks,
    pub fields: &'a Fields,
    pub query: &'a Query,
    pub now_ms: i64,
    pub settle_ms: i64,
    pub script: &'a ScriptBoard,
}

impl Call<'_> {
    pub fn settles_at(&self) -> i64 {
        self.now_ms.saturating_add(self.settle_ms)
    }
}

pub fn read(state: &State, call: &Call<'_>, segments: &[&str]) -> Answered {
    match segments {
        ["balance"] => balance(state, call),
        ["customers", id] => customers::details(state, call, id),
        ["customers", id, "questionnaires"] => customers::questionnaires(state, call, id),
        ["customers", id, "questionnaires", one] => customers::questions(state, call, id, one),
        ["customers", id, "sumsub"] => customers::reusable_token(state, call, id),
        ["cards", "types"] => {
            let usable = card_types::all().into_iter().filter(|one| one.active);
            let shown = usable.map(|one| views::card_type(&one, call.quirks));
            Ok(Answer::Data(json!({"types": shown.collect::<Vec<_>>()})))
        }
        ["cards", "list"] => cards::list(state, call),
        ["cards", id] => cards::details(state, call, id),
        ["cards", id, "transactions"] => cards::transactions(state, call, id),
        ["cards", id, "limits"] => settings::limits(state, call, id),
        ["budget-cards", id] => budget_cards::details(state, call, id),
        [prefix @ ("cards" | "budget-cards"), id, word] => {
            let model = model(prefix);
            if *word != views::secret_word(model, call.quirks) {
                return Err(Failure::missing("Path"));
            }
            let card = seen(state, call, model, id, Use::Other)?;
            Ok(Answer::Data(views::reveal(card, call.quirks)))
        }
        ["budgets", id, "transactions"] => budgets::transactions(state, call, id),
        ["disputes", id, "status"] => disputes::status(state, call, id),
        _ => Err(Failure::missing("Path")),
    }
}

pub fn change(state: &mut State, call: &Call<'_>, method: &Method, segments: &[&str]) -> Answered {
    if *method == Method::DELETE {
        return match segments {
            ["customers", id] => customers::delete(state, id),
            [prefix @ ("cards" | "budget-cards"), id, "delete"] => {
                status::delete(state, call, model(prefix), id)
            }
            _ => Err(Failure::missing("Path")),
        };
    }
    if *method != Method::POST {
        return Err(Failure::missing("Path"));
    }
    match segments {
        ["customers"] => customers::create(state, call),
        ["customers", "sumsub"] => customers::create_shared(state, call),
        ["customers", id, "request"] => customers::request_access(state, call, id),
        ["customers", id, "questionnaires", one, "submit"] => {
            customers::submit(state, call, id, one)
        }
        ["cards", "issue"] => issue::card(state, call),
        ["cards", "reissue"] => issue::again(state, call),
        ["cards", id, "topup"] => money::topup(state, call, id),
        ["cards", id, "withdraw"] => money::withdraw(state, call, id),
        ["cards", id, "limits"] => settings::set_limit(state, call, id),
        ["budget-cards", "issue"] => budget_cards::issue(state, call),
        ["budget-cards", id, "velocity"] => settings::set_velocity(state, call, id),
        [prefix @ ("cards" | "budget-cards"), id, verb] => {
            let model = model(prefix);
            match *verb {
                "freeze" => status::freeze(state, call, model, id),
                "unfreeze" => status::unfreeze(state, call, model, id),
                "pin" => pin::set(state, call, model, id),
                "email" | "phone" => settings::set_contact(state, call, model, id, verb),
                _ => Err(Failure::missing("Path")),
            }
        }
        ["budgets", id, "topup"] => budgets::topup(state, call, id),
        ["physical-cards", id, "order"] => physical::order(state, call, id),
        ["physical-cards", id, "activate"] => physical::activate(state, call, id),
        ["disputes"] => disputes::create(state, call),
        ["disputes", id, "cancel"] => disputes::cancel(state, call, id),
        _ => Err(Failure::missing("Path")),
    }
}

fn model(prefix: &str) -> Model {
    if prefix == "budget-cards" {
        Model::Budget
    } else {
        Model::Prepaid
    }
}

fn balance(state: &State, call: &Call<'_>) -> Answered {
    let seen = |id: &str| {
        let mut purses = state.accounts.seen(call.now_ms);
        let found = purses.find(|purse| purse.id == id);
        found.map_or_else(Default::default, |purse| purse.balance)
    };
    let usd = seen(USD);
    Ok(Answer::Data(json!({
        "eur": views::number(seen(EUR)),
        "usd": views::number(usd),
        "balance": usd.to_string(),
    })))
}

/// Whether a path is the one the pages document for external ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Details,
    Other,
}

fn named(card: &Card, id: &str, model: Model, quirks: &Quirks, used: Use) -> bool {
    let by_external = match quirks.external_ids {
        ExternalIds::Everywhere => true,
        ExternalIds::DetailsOnly => used == Use::Details,
        ExternalIds::Nowhere => false,
    };
    card.model == model
        && (card.id == id || (by_external && card.external_id.as_deref() == Some(id)))
}

/// The card as readers see it.
fn seen<'a>(
    state: &'a State,
    call: &Call<'_>,
    model: Model,
    id: &str,
    used: Use,
) -> Result<&'a Card, Failure> {
    let mut cards = state.cards.seen(call.now_ms);
    let found = cards.find(|card| named(card, id, model, call.quirks, used));
    found.ok_or_else(|| Failure::missing("Card"))
}

/// The card itself, for a change; it is there even while an `invisible` fault hides it from reads.
fn found<'a>(
    state: &'a mut State,
    call: &Call<'_>,
    model: Model,
    id: &str,
) -> Result<&'a mut Card, Failure> {
    let mut cards = state.cards.all_mut();
    let found = cards.find(|card| named(card, id, model, call.quirks, Use::Other));
    found.ok_or_else(|| Failure::missing("Card"))
}
