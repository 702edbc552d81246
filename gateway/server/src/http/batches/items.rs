use axum::Json;
use axum::extract::State;
use cardmux_domain::batch::BatchItemStatus;
use cardmux_domain::id::BatchId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::{ListProblems, ReadProblems};
use crate::http::dto::{BatchItemPage, open};
use crate::http::extract::{Access, CardsRead, Cursor, PathId, Query, page_limit};
use crate::http::params::{BatchPath, parse_parameter};
use crate::http::problem::ApiResult;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListItems {
    #[param(value_type = Option<open::BatchItemStatus>)]
    status: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List the items of a batch
///
/// In the order of the request. With a `status`, an item that gets or loses it meanwhile may be
/// missed; read without one for all of them.
#[utoipa::path(get, path = "/v1/card-batches/{batch_id}/items", tag = "card batches", operation_id = "list_card_batch_items",
    params(BatchPath, ListItems),
    responses(
        (status = 200, description = "A page of items", body = BatchItemPage),
        ReadProblems,
        ListProblems,
    ))]
pub async fn list_card_batch_items(
    State(app): State<App>,
    access: Access<CardsRead>,
    PathId(id): PathId<BatchId>,
    Query(query): Query<ListItems>,
) -> ApiResult<Json<BatchItemPage>> {
    let status = parse_parameter::<BatchItemStatus>("status", query.status.as_deref())?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "card_batch_items",
        filters: format!("{id} {status:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode_text(&app, text))
        .transpose()?;
    // A cursor that opens is one of ours, so that it is a number.
    let after = after.and_then(|text| text.parse().ok());
    let Listing { items, next } =
        app::batches::items(&app, &access.tenant.id, id, status, after, limit).await?;
    Ok(Json(BatchItemPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|index| cursor.encode_text(&app, &index.to_string())),
    }))
}
