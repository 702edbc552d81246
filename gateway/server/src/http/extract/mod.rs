//! Extractors: a handler that names one cannot forget the check behind it.

mod access;
mod body;
mod page;
mod precondition;
mod request;
mod time;

pub use access::{
    Access, CardsRead, CardsReveal, CardsWrite, CustomersRead, CustomersWrite, EventsRead,
    FundsWrite, Operator,
};
pub use body::{BatchBody, Body, OptionalBody, parse_part};
pub use page::{Cursor, Query, page_limit};
pub use precondition::IfMatch;
pub use request::{Meta, PathId, PathParts};
pub use time::{time_field, time_parameter};
