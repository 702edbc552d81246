//! The three calls known whole.
//!
//! Documented: methods, paths, fields, answers; `new` and `plastic_delivered` are not accepted, the
//! answers echo no status, the list has no pages and shows neither status, stage nor holder (D).
//! Inferred: `digital -> plastic_not_delivered` orders a plastic (I). Our choice: the arrows of
//! status; a status that is the card's already is a success; a plastic that was ordered cannot be
//! un-ordered, and one that was delivered can be ordered again; closed cards stay in the list.

use serde_json::json;

use super::Call;
use crate::envelope::{Answered, Failure};
use crate::products;
use crate::quirks::{BothFilters, EmptyFilter};
use crate::state::{Card, Kind, Stage, State, Status};
use crate::views;

pub fn list(state: &State, call: &Call<'_>) -> Answered {
    let person_field = call.quirks.person_field();
    let owners = [
        (person_field, Kind::Person),
        ("corporate_id", Kind::Corporate),
    ];
    let mut wanted = Vec::new();
    for (field, kind) in owners {
        if let Some(id) = call.fields.text(field)? {
            let owner = state.record(id).ok_or(Failure::NotFound)?;
            if owner.kind != kind {
                return Err(call.fields.invalid(field));
            }
            wanted.push(id);
        }
    }
    if wanted.len() == owners.len() && call.quirks.both_filters == BothFilters::Refused {
        return Err(call.fields.invalid("corporate_id"));
    }
    if wanted.is_empty() && call.quirks.empty_filter == EmptyFilter::Refused {
        return Err(call.fields.missing(person_field));
    }
    let all = wanted.is_empty() && call.quirks.empty_filter == EmptyFilter::All;
    let shown = |card: &&Card| {
        card.visible_at <= call.now_ms && (all || wanted.contains(&card.owner_id.as_str()))
    };
    let cards: Vec<_> = state.cards.iter().filter(shown).map(views::item).collect();
    let total = cards.len();
    let cut = call.quirks.list_cut.unwrap_or(total);
    let items: Vec<_> = cards.into_iter().take(cut).collect();
    Ok(json!({"items": items, "total": total}))
}

pub fn set_status(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let to = match call.fields.required("token_status")? {
        "active" => Status::Active,
        "blocked" => Status::Blocked,
        "closed" => Status::Closed,
        "compromized" => Status::Compromized,
        "damaged" => Status::Damaged,
        "deactivated" => Status::Deactivated,
        "lost" => Status::Lost,
        "referral" => Status::Referral,
        "stolen" => Status::Stolen,
        _ => return Err(call.fields.invalid("token_status")),
    };
    let card = state.card_mut(id).ok_or(Failure::NotFound)?;
    if !card.status.may_become(to, call.quirks) {
        return Err(Failure::Conflict("ILLEGAL_STATUS"));
    }
    card.status = to;
    Ok(json!({"token_id": id}))
}

pub fn set_stage(state: &mut State, call: &Call<'_>, id: &str) -> Answered {
    let invalid = || call.fields.invalid("token_stage");
    let to = match call.fields.required("token_stage")? {
        "digital" => Stage::Digital,
        "plastic_not_delivered" => Stage::PlasticNotDelivered,
        "plastic_delivered" if call.quirks.delivered_settable => Stage::PlasticDelivered,
        _ => return Err(invalid()),
    };
    let card = state.card_mut(id).ok_or(Failure::NotFound)?;
    let plastic = products::find(card.product_id).is_some_and(|product| product.plastic);
    if to != Stage::Digital && !plastic {
        return Err(invalid());
    }
    if to == Stage::Digital && card.stage != Stage::Digital {
        return Err(Failure::Conflict("ILLEGAL_STATUS"));
    }
    card.stage = to;
    Ok(json!({"token_id": id}))
}
