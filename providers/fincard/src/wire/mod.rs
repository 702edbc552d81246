//! FinCard's JSON, as it is on the wire. Everything that one of the two spellings leaves out is
//! optional here; `map.rs` decides what it means.

pub mod card;
pub mod card_type;
pub mod envelope;
pub mod order;
pub mod path;
pub mod request;
