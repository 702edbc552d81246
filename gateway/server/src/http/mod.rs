//! The HTTP API: routes, extractors, shapes. Handlers are thin; the stories are in [`crate::app`].

mod admin;
mod card_types;
mod cards;
pub mod codes;
mod docs;
mod dto;
mod extract;
mod health;
mod hooks;
mod middleware;
mod operations;
mod problem;
mod router;

pub use dto::render_answer;
pub use router::{HttpLimits, document, router};
