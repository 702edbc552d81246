//! Orders: accepting, moving on, finishing.

mod accept;
mod attributes;
mod checks;
mod engine;
mod opening;
mod physical;

pub use self::accept::{Asked, Needs, Terms, What, accept, block, claim, overdraft};
pub use self::attributes::NO_PIN_MAX;
pub use self::checks::{check_funds, known, wrong_status};
