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
mod document;
mod dto;
mod enrolments;
mod entries;
mod events;
mod extract;
mod health;
mod hooks;
mod middleware;
mod not_stored;
mod operations;
mod params;
mod problem;
mod rate_limit;
mod reference;
mod router;
mod routing;
mod simulate;
mod spend_controls;
mod tagged;
mod transactions;

pub use dto::render_answer;
pub use problem::describe;
pub use router::{HttpLimits, document, router};
