use axum::Json;
use axum::extract::State;
use cardmux_domain::id::BatchId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::ListProblems;
use crate::http::dto::{BatchPage, open};
use crate::http::extract::{Access, CardsRead, Cursor, Query, page_limit};
use crate::http::params::{parse_parameter, plain_text};
use crate::http::problem::ApiResult;
use crate::store::batches::BatchFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListBatches {
    #[param(value_type = Option<open::BatchStatus>)]
    status: Option<String>,
    external_id: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List batches
///
/// Newest first, stable while batches are added.
#[utoipa::path(get, path = "/v1/card-batches", tag = "card batches", operation_id = "list_card_batches", params(ListBatches),
    responses((status = 200, description = "A page of batches", body = BatchPage), ListProblems))]
pub async fn list_card_batches(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListBatches>,
) -> ApiResult<Json<BatchPage>> {
    let filter = BatchFilter {
        status: parse_parameter("status", query.status.as_deref())?,
        external_id: plain_text("externalId", query.external_id.as_deref())?,
    };
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "card_batches",
        filters: format!("{filter:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(BatchId::from_uuid);
    let Listing { items, next } =
        app::batches::list(&app, &access.tenant.id, &filter, after, limit).await?;
    Ok(Json(BatchPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
