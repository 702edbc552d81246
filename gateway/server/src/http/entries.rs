//! What was booked, on a budget or a card.

use axum::Json;
use cardmux_domain::budget::LedgerEntry;
use cardmux_domain::id::TenantId;
use cardmux_domain::provider::{Page, PageRequest};
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::LedgerEntryPage;
use super::extract::{Cursor, page_limit, time_parameter};
use super::problem::ApiResult;
use crate::app::budgets::EntryFilter;
use crate::app::{App, AppError};

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

/// A page of `list`, which is one of `owner`.
pub async fn page(
    app: &App,
    tenant: &TenantId,
    (list, owner): (&'static str, String),
    query: ListEntries,
    read: impl AsyncFnOnce(EntryFilter) -> Result<Page<LedgerEntry>, AppError>,
) -> ApiResult<Json<LedgerEntryPage>> {
    let from = time_parameter("from", query.from.as_deref())?;
    let to = time_parameter("to", query.to.as_deref())?;
    let limit = page_limit(app, query.limit)?;
    let cursor = Cursor {
        tenant: tenant.as_str(),
        list,
        // The limit too: where a provider numbers its pages, a page of another size is another page.
        filters: format!("{owner} {from:?} {to:?} {limit}"),
    };
    let place = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode_text(app, text))
        .transpose()?;
    let filter = EntryFilter {
        from,
        to,
        page: PageRequest {
            cursor: place,
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
        },
    };
    let Page { items, next } = read(filter).await?;
    Ok(Json(LedgerEntryPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|place| cursor.encode_text(app, &place)),
    }))
}
