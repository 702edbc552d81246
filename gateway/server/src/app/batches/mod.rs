//! Batches of cards: taken in, issued one by one, decided, ended.
//!
//! What happens to an item is written down with the version it was read in, so that a worker whose
//! lease has run out, a cancellation and a crash cannot begin it twice: the first writer wins.

mod cancel;
mod create;
mod form;
mod issue;
mod read;
mod settle;

pub use cancel::cancel;
pub use create::{BatchRequest, create, text_problems};
pub use issue::issue;
pub use read::{ItemView, get, items, list};
pub use settle::{decide, end};
