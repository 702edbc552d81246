//! Lists and details of prepaid cards.
//!
//! Documented: paging, the filters `query`, `customerIds`, `statuses`, the fields (S2); details by
//! internal or external id (D). Assumed: newest first; deleted cards stay in the list; `query`
//! looks into label, external id, holder's name and the last four digits; budget cards are not
//! listed (no list call is known for them).

use serde_json::json;

use super::{Call, Use, seen};
use crate::envelope::{Answer, Answered};
use crate::state::{Card, Model, State};
use crate::views;

pub fn list(state: &State, call: &Call<'_>) -> Answered {
    let page = call.query.page(call.quirks)?;
    let style = call.quirks.list_filters;
    let statuses = call.query.filter("statuses", style);
    let customers = call.query.filter("customerIds", style);
    let wanted = |card: &&Card| {
        let status = statuses
            .as_ref()
            .is_none_or(|all| all.contains(&card.status.word()));
        let customer = customers.as_ref().is_none_or(|all| {
            let id = card.holder.customer_id.as_deref();
            id.is_some_and(|id| all.contains(&id))
        });
        let text = call
            .query
            .get("query")
            .is_none_or(|text| matches(card, text));
        card.model == Model::Prepaid && status && customer && text
    };
    let mut cards: Vec<&Card> = state.cards.seen(call.now_ms).filter(wanted).collect();
    cards.reverse();
    let pages = page.total_pages(cards.len());
    let shown: Vec<_> = page.cut(cards).into_iter().map(views::row).collect();
    let mut data = json!({"cards": shown, "page": page.number, "limit": page.limit});
    if let Some(fields) = data.as_object_mut().filter(|_| !call.quirks.totals_missing) {
        fields.insert("totalPages".into(), json!(pages));
    }
    Ok(Answer::Data(data))
}

fn matches(card: &Card, text: &str) -> bool {
    let text = text.to_lowercase();
    let fields = [
        &card.label,
        &card.external_id,
        &card.holder.first_name,
        &card.holder.last_name,
    ];
    let mut present = fields.into_iter().flatten();
    card.last4() == text || present.any(|field| field.to_lowercase().contains(&text))
}

pub fn details(state: &State, call: &Call<'_>, id: &str) -> Answered {
    let card = seen(state, call, Model::Prepaid, id, Use::Details)?;
    Ok(Answer::Data(views::details(card, call.quirks)))
}

/// Newest first; echoes neither `page` nor `limit`.
pub fn transactions(state: &State, call: &Call<'_>, id: &str) -> Answered {
    let page = call.query.page(call.quirks)?;
    let card = seen(state, call, Model::Prepaid, id, Use::Other)?;
    let own = state.transactions.iter().rev();
    let own = own.filter(|one| one.card_id == card.id).collect();
    let shown = page.cut(own).into_iter();
    let shown: Vec<_> = shown
        .map(|one| views::card_transaction(one, call.quirks))
        .collect();
    Ok(Answer::Data(json!({"transactions": shown})))
}
