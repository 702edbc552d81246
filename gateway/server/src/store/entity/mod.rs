//! Rows as the tables hold them. They stay inside `store`, which turns them into domain types.

pub mod api_key;
pub mod card;
pub mod card_type;
pub mod event;
pub mod idempotency_key;
pub mod inbound_webhook;
pub mod job;
pub mod operation;
