//! `/v1/budgets`, `/v1/funding-accounts`

pub mod create;
pub mod entries;
pub mod funding;
pub mod get;
pub mod list;
pub mod transfer;

use cardmux_domain::budget::Budget;
use cardmux_domain::ledger::Book;

use crate::app::{self, App, AppError};

/// The accounts of a budget, where the gateway's ledger has them.
async fn book(app: &App, budget: &Budget) -> Result<Option<Book>, AppError> {
    match budget.is_ledger() {
        true => Ok(Some(
            app::budgets::book(app, &budget.tenant, budget.id).await?,
        )),
        false => Ok(None),
    }
}
