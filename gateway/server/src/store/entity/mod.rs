//! Rows as the tables hold them. They stay inside `store`, which turns them into domain types.

pub mod api_key;
pub mod audit_record;
pub mod authorization;
pub mod budget;
pub mod card;
pub mod card_batch;
pub mod card_batch_item;
pub mod card_type;
pub mod customer;
pub mod dispute;
pub mod document;
pub mod enrolment;
pub mod event;
pub mod idempotency_key;
pub mod inbound_webhook;
pub mod job;
pub mod ledger_book;
pub mod ledger_transfer;
pub mod operation;
pub mod spend_control;
pub mod spend_mark;
pub mod transaction;
