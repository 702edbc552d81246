//! `/v1/disputes`

pub mod cancel;
pub mod get;
pub mod list;
pub mod open;
