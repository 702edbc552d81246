use axum::Json;
use axum::extract::State;
use cardmux_domain::id::BudgetId;
use cardmux_domain::provider::{Page, PageRequest};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::budgets::EntryFilter;
use crate::app::{self, App};
use crate::http::dto::LedgerEntryPage;
use crate::http::extract::{
    Access, CardsRead, Cursor, Meta, PathId, Query, page_limit, time_parameter,
};
use crate::http::problem::ApiResult;
use crate::http::router::{BudgetPath, ListProblems, ProviderProblems, ReadProblems};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEntries {
    /// Booked then or later, RFC 3339.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Booked then or earlier.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Rows of a page, at most 200; a provider may give fewer. The same for all pages of one reading.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

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
    let from = time_parameter("from", query.from.as_deref())?;
    let to = time_parameter("to", query.to.as_deref())?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "budget_entries",
        // The limit too: where a provider numbers its pages, a page of another size is another page.
        filters: format!("{id} {from:?} {to:?} {limit}"),
    };
    let place = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode_text(&app, text))
        .transpose()?;
    let filter = EntryFilter {
        from,
        to,
        page: PageRequest {
            cursor: place,
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
        },
    };
    let Page { items, next } =
        app::budgets::entries(&app, &access.tenant.id, id, filter, &meta.id).await?;
    Ok(Json(LedgerEntryPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|place| cursor.encode_text(&app, &place)),
    }))
}
