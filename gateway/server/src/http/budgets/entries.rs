use axum::Json;
use axum::extract::State;
use cardmux_domain::id::BudgetId;

use crate::app::{self, App};
use crate::http::document::{ListProblems, ProviderProblems, ReadProblems};
use crate::http::dto::LedgerEntryPage;
use crate::http::entries::{self, ListEntries};
use crate::http::extract::{Access, CardsRead, Meta, PathId, Query};
use crate::http::params::BudgetPath;
use crate::http::problem::ApiResult;

/// List what was booked on a budget
///
/// Newest first, read at the provider, now, or in the gateway's own ledger. A provider may number its
/// pages: with a `to` that has passed, nothing moves from one page to the next meanwhile.
#[utoipa::path(get, path = "/v1/budgets/{budget_id}/entries", tag = "budgets", operation_id = "list_budget_entries",
    params(BudgetPath, ListEntries),
    responses(
        (status = 200, description = "A page of entries", body = LedgerEntryPage),
        ReadProblems,
        ListProblems,
        ProviderProblems,
    ))]
pub async fn list_budget_entries(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<BudgetId>,
    Query(query): Query<ListEntries>,
    meta: Meta,
) -> ApiResult<Json<LedgerEntryPage>> {
    let tenant = &access.tenant.id;
    let list = ("budget_entries", id.to_string());
    let read = async |filter| app::budgets::entries(&app, tenant, id, filter, &meta.id).await;
    entries::page(&app, tenant, list, query, read).await
}
