//! The words of cardmux: ids, money, cards, card types, operations, events, and the contract a
//! provider plugin implements ([`provider`]).
//!
//! Nothing here knows HTTP, SQL or configuration. Wire shapes (providers' and ours) and database
//! rows are other types, in other places; they meet these in mapping code only.

pub mod card;
pub mod card_type;
pub mod event;
pub mod id;
pub mod money;
pub mod operation;
pub mod provider;
pub mod secret;
pub mod time;
