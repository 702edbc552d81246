//! `/v1/authorizations`

pub mod get;
pub mod list;
