//! Budgets: the two calls that exist in any source.
//!
//! Documented: body, empty `data`, the list's fields and paging (5.2). Assumed: the money comes from
//! the organisation's USD balance; newest first.

use serde_json::json;

use super::Call;
use crate::envelope::{Answer, Answered, Failure};
use crate::state::{Move, MoveKind, State};
use crate::views;

pub fn topup(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let amount = call.fields.amount("amount")?;
    if state.budgets.get(id).is_none() {
        return Err(Failure::missing("Budget"));
    }
    if state.usd() < amount {
        return Err(Failure::invalid("Insufficient balance"));
    }
    state.move_usd(-amount);
    state.move_budget(id, amount);
    state.moves.push(Move {
        card_id: None,
        budget_id: Some(id.to_owned()),
        kind: MoveKind::BudgetTopup,
        amount,
    });
    Ok(Answer::Data(json!({})))
}

pub fn transactions(state: &State, call: &Call<'_>, id: &str) -> Answered {
    let page = call.query.page(call.quirks)?;
    if state.budgets.get(id).is_none() {
        return Err(Failure::missing("Budget"));
    }
    let own = state.transactions.iter().rev();
    let own = own.filter(|one| one.budget_id.as_deref() == Some(id));
    let shown = page.cut(own.collect()).into_iter();
    let shown: Vec<_> = shown
        .map(|one| views::budget_transaction(state, one, call.quirks))
        .collect();
    Ok(Answer::Data(
        json!({"transactions": shown, "page": page.number, "limit": page.limit}),
    ))
}
