//! `/v1/budgets`, `/v1/funding-accounts`

pub mod create;
pub mod entries;
pub mod funding;
pub mod get;
pub mod list;
pub mod transfer;
