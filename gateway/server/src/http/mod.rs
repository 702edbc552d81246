//! The HTTP API: routes, extractors, shapes. Handlers are thin; the stories are in [`crate::app`].

mod admin;
mod authorizations;
mod batches;
mod budgets;
mod card_types;
mod cards;
pub mod codes;
mod customers;
mod disputes;
mod docs;
mod dto;
mod enrolments;
mod events;
mod extract;
mod health;
mod hooks;
mod middleware;
mod operations;
mod problem;
mod reference;
mod router;
mod simulate;
mod spend_controls;
mod tagged;
mod transactions;

pub use dto::render_answer;
pub use problem::describe;
pub use router::{HttpLimits, document, router};
