//! FinCard's JSON, as it is on the wire. Everything that one of the two spellings leaves out is
//! optional here; `map.rs` decides what it means.

pub mod account;
pub mod card;
pub mod card_type;
pub mod challenge;
pub mod change;
pub mod envelope;
pub mod holder;
pub mod order;
pub mod path;
pub mod reference;
pub mod request;
pub mod trade;
