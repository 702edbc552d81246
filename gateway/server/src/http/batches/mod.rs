//! `/v1/card-batches`

pub mod cancel;
pub mod create;
pub mod get;
pub mod items;
pub mod list;
