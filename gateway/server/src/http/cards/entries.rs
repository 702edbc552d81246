use axum::Json;
use axum::extract::State;
use cardmux_domain::id::CardId;

use crate::app::{self, App};
use crate::http::document::{ListProblems, ProviderProblems, ReadProblems};
use crate::http::dto::LedgerEntryPage;
use crate::http::entries::{self, ListEntries};
use crate::http::extract::{Access, CardsRead, PathId, Query};
use crate::http::params::CardPath;
use crate::http::problem::ApiResult;

/// List what was booked on a card
///
/// Newest first, of a card whose money is in the gateway's own ledger. What is booked on other cards
/// their providers tell as transactions.
#[utoipa::path(get, path = "/v1/cards/{card_id}/entries", tag = "cards", operation_id = "list_card_entries",
    params(CardPath, ListEntries),
    responses(
        (status = 200, description = "A page of entries", body = LedgerEntryPage),
        ReadProblems,
        ListProblems,
        ProviderProblems,
    ))]
pub async fn list_card_entries(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<CardId>,
    Query(query): Query<ListEntries>,
) -> ApiResult<Json<LedgerEntryPage>> {
    let tenant = &access.tenant.id;
    let list = ("card_entries", id.to_string());
    let read = async |filter| app::cards::entries(&app, tenant, id, filter).await;
    entries::page(&app, tenant, list, query, read).await
}
