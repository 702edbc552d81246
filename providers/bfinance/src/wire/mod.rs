//! bfinance's JSON, as it is on the wire. Almost everything is optional here, because the documents
//! disagree about what comes when; `map.rs` decides what it means.

pub mod authorization;
pub mod card;
pub mod card_type;
pub mod customer;
pub mod dispute;
pub mod envelope;
pub mod limits;
pub mod path;
pub mod request;
pub mod secrets;
pub mod text;
pub mod transaction;
