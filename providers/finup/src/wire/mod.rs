//! Finup's JSON, as it is on the wire. Every field but an id may be missing (dossier 5.1); `map.rs`
//! decides what that means.

pub mod account;
pub mod card;
pub mod card_type;
pub mod envelope;
pub mod path;
pub mod payment;
pub mod request;
pub mod sensitive;
