use cardmux_domain::budget::{FundingAccount, LedgerEntry};
use cardmux_domain::id::{BudgetId, InstanceId, TenantId};
use cardmux_domain::provider::{EntryQuery, Page, PageRequest};
use cardmux_domain::time::Timestamp;

use super::{get, unsupported};
use crate::app::{App, AppError, Tenant, ledger};

/// Which entries; see [`entries`].
#[derive(Debug, Clone)]
pub struct EntryFilter {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub page: PageRequest,
}

/// What the provider booked on a budget, read there.
pub async fn entries(
    app: &App,
    tenant: &TenantId,
    id: BudgetId,
    filter: EntryFilter,
    request_id: &str,
) -> Result<Page<LedgerEntry>, AppError> {
    let budget = get(app, tenant, id).await?;
    if budget.is_ledger() {
        return ledger::entries(app, tenant, (id.into(), budget.currency), filter).await;
    }
    let instance = app.registry.get(&budget.instance);
    let instance = instance.ok_or_else(|| unsupported(&budget.instance))?;
    let Some(account_ref) = budget.provider_ref else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    let EntryFilter { from, to, page } = filter;
    let query = EntryQuery {
        account_ref,
        currency: budget.currency,
        from,
        to,
        page,
    };
    let ctx = app.context(tenant, request_id);
    let entries = instance.entries(&ctx, &query).await;
    entries.map_err(AppError::provider(&budget.instance))
}

/// The accounts that pay for the tenant's cards and budgets, by instance, read at the providers.
pub async fn funding_accounts(
    app: &App,
    tenant: &Tenant,
    instance: Option<&InstanceId>,
    request_id: &str,
) -> Result<Vec<(InstanceId, FundingAccount)>, AppError> {
    let mut accounts = Vec::new();
    let wanted = tenant
        .instances
        .iter()
        .filter(|id| instance.is_none_or(|only| only == *id))
        .filter_map(|id| app.registry.get(id))
        .filter(|instance| instance.provider.funding_accounts().is_some());
    for instance in wanted {
        let ctx = app.context(&tenant.id, request_id);
        let found = instance.funding_accounts(&ctx).await;
        let found = found.map_err(AppError::provider(&instance.id))?;
        accounts.extend(
            found
                .into_iter()
                .map(|account| (instance.id.clone(), account)),
        );
    }
    Ok(accounts)
}
