//! Budgets: made, funded, read; and the accounts they are funded from.

mod create;
mod ledger;
mod read;
mod transfer;

use cardmux_domain::budget::Budget;
use cardmux_domain::id::{BudgetId, InstanceId, TenantId};
use cardmux_domain::ledger::Book;

pub use create::{BudgetRequest, create};
pub use read::{EntryFilter, entries, funding_accounts};
pub use transfer::{TransferRequest, transfer};

use super::{App, AppError, Listing, rows_for};
use crate::store;
use crate::store::budgets::BudgetFilter;

pub async fn get(app: &App, tenant: &TenantId, id: BudgetId) -> Result<Budget, AppError> {
    let found = store::budgets::get(&app.store, tenant, id).await?;
    found.ok_or_else(|| AppError::NotFound {
        what: "budget",
        id: id.to_string(),
    })
}

/// Its accounts, where the gateway's ledger has them.
pub async fn book(app: &App, budget: &Budget) -> Result<Option<Book>, AppError> {
    match budget.is_ledger() {
        true => {
            let book = super::ledger::book(app, &budget.tenant, budget.id.into());
            book.await.map(Some)
        }
        false => Ok(None),
    }
}

pub async fn list(
    app: &App,
    tenant: &TenantId,
    filter: &BudgetFilter,
    after: Option<BudgetId>,
    limit: usize,
) -> Result<Listing<Budget, BudgetId>, AppError> {
    let rows = store::budgets::list(&app.store, tenant, filter, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |budget| budget.id))
}

fn unsupported(instance: &InstanceId) -> AppError {
    AppError::Unsupported {
        instance: instance.clone(),
        what: "budgets".to_owned(),
    }
}
