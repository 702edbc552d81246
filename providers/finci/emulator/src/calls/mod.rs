//! The calls themselves, once authenticated.
//!
//! Documented: `get-cards`, `update-card-status`, `update-card-stage` with method and path (D). Every
//! other path is unverified: our choice, after the naming pattern.

mod accounts;
mod cards;
mod create_card;
mod form;
mod records;

use crate::envelope::{Answered, Failure};
use crate::quirks::Quirks;
use crate::request::Fields;
use crate::state::State;

/// What a handler knows besides the state.
pub struct Call<'a> {
    pub quirks: &'a Quirks,
    pub fields: &'a Fields,
    pub now_ms: i64,
    /// From when what this call makes is seen.
    pub visible_at: i64,
}

const LIST: [&str; 2] = ["POST", "get-cards"];

pub fn is_read(segments: &[&str]) -> bool {
    segments == LIST
}

pub fn read(state: &State, call: &Call<'_>, segments: &[&str]) -> Answered {
    if is_read(segments) {
        cards::list(state, call)
    } else {
        Err(Failure::Path)
    }
}

pub fn change(state: &mut State, call: &Call<'_>, segments: &[&str]) -> Answered {
    match segments {
        ["POST", "create-client"] => records::client(state, call),
        ["POST", "create-corporate"] => records::corporate(state, call),
        ["POST", "create-employee"] => records::employee(state, call),
        ["POST", "create-account"] => accounts::create(state, call),
        ["POST", "create-card"] => create_card::create(state, call),
        ["PATCH", "update-card-status", id] => cards::set_status(state, call, id),
        ["PATCH", "update-card-stage", id] => cards::set_stage(state, call, id),
        _ => Err(Failure::Path),
    }
}
