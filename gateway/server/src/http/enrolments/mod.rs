//! `/v1/enrolments`, and those of a customer.

pub mod change;
pub mod get;
pub mod list;
