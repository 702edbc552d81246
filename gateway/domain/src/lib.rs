//! The words of cardmux: ids, money, customers, cards, budgets, operations, transactions, events,
//! and the contract a provider plugin implements ([`provider`]).
//!
//! Nothing here knows HTTP, SQL or configuration. Wire shapes (providers' and ours) and database
//! rows are other types, in other places; they meet these in mapping code only.

pub mod authorization;
pub mod batch;
pub mod budget;
pub mod card;
pub mod card_type;
pub mod challenge;
pub mod controls;
pub mod customer;
pub mod dispute;
pub mod enrolment;
pub mod event;
pub mod id;
pub mod ledger;
pub mod money;
pub mod operation;
pub mod pin;
pub mod provider;
pub mod reference;
pub mod routing;
pub mod secret;
pub mod spend_control;
pub mod time;
pub mod transaction;
