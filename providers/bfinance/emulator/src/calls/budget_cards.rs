//! Budget cards.
//!
//! Documented: required fields, names of at least 2 characters, the issue fee paid from the budget,
//! `data` itself is the card, the bare object of the details page (D, a quirk). Assumed: the fee is
//! refused when the budget lacks it.

use serde_json::Value;

use super::{Call, Use, issue, seen};
use crate::card_types;
use crate::envelope::{Answer, Answered, Failure};
use crate::quirks::Envelope;
use crate::state::{Model, MoveKind, State};
use crate::views;

pub fn issue(state: &mut State, call: &Call<'_>) -> Answered {
    let budget_id = call.fields.required("budgetId")?;
    let wanted = issue::wanted(state, call, Model::Budget)?;
    for name in [&wanted.holder.first_name, &wanted.holder.last_name] {
        if name.as_deref().unwrap_or_default().chars().count() < 2 {
            return Err(Failure::invalid("Names must have at least 2 characters"));
        }
    }
    let budget = state.budgets.get(&budget_id);
    let budget = budget.ok_or_else(|| Failure::invalid("Budget not found"))?;
    let fits = |(id, type_id, _)| id == budget_id && type_id == wanted.card_type.id;
    if !card_types::budgets().any(fits) {
        return Err(Failure::invalid("This budget belongs to another card type"));
    }
    let price = wanted.card_type.price;
    if budget.balance < price {
        return Err(Failure::invalid("Insufficient budget balance"));
    }
    state.move_budget(&budget_id, -price);
    let card = issue::make(state, call, wanted, Some(budget_id));
    let shown = views::budget_card(&card, call.quirks);
    let id = card.id.clone();
    issue::add(state, card);
    state.note_move(&id, MoveKind::Fee, price);
    Ok(Answer::Data(shown))
}

pub fn details(state: &State, call: &Call<'_>, id: &str) -> Answered {
    let card = seen(state, call, Model::Budget, id, Use::Details)?;
    let shown: Value = views::budget_card(card, call.quirks);
    Ok(match call.quirks.budget_details {
        Envelope::Bare => Answer::Bare(shown),
        Envelope::Wrapped => Answer::Data(shown),
    })
}
