//! Orders: accepting, moving on, finishing.

mod accept;
mod checks;
mod engine;

pub use self::accept::{Asked, Needs, Terms, What, accept, block};
