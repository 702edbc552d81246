//! Extractors: a handler that names one cannot forget the check behind it.

mod access;
mod body;
mod page;
mod request;

pub use access::{Access, CardsRead, CardsWrite, FundsWrite, Operator};
pub use body::{Body, OptionalBody};
pub use page::{Cursor, Query, page_limit};
pub use request::{Meta, PathId};
