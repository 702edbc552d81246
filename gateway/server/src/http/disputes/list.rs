use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{CardId, DisputeId, TransactionId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::ListProblems;
use crate::http::dto::{DisputePage, open};
use crate::http::extract::{Access, CardsRead, Cursor, Query, page_limit};
use crate::http::params::{parse_parameter, plain_text};
use crate::http::problem::ApiResult;
use crate::store::disputes::DisputeFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDisputes {
    card_id: Option<String>,
    transaction_id: Option<String>,
    #[param(value_type = Option<open::DisputeStatus>)]
    status: Option<String>,
    external_id: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

impl ListDisputes {
    fn filter(&self) -> ApiResult<DisputeFilter> {
        Ok(DisputeFilter {
            card_id: parse_parameter::<CardId>("cardId", self.card_id.as_deref())?,
            transaction_id: parse_parameter::<TransactionId>(
                "transactionId",
                self.transaction_id.as_deref(),
            )?,
            status: parse_parameter("status", self.status.as_deref())?,
            external_id: plain_text("externalId", self.external_id.as_deref())?,
        })
    }
}

/// List disputes
///
/// Newest first, stable while disputes are added.
#[utoipa::path(get, path = "/v1/disputes", tag = "disputes", operation_id = "list_disputes", params(ListDisputes),
    responses((status = 200, description = "A page of disputes", body = DisputePage), ListProblems))]
pub async fn list_disputes(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListDisputes>,
) -> ApiResult<Json<DisputePage>> {
    let filter = query.filter()?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "disputes",
        filters: format!("{filter:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(DisputeId::from_uuid);
    let Listing { items, next } =
        app::disputes::list(&app, &access.tenant.id, &filter, after, limit).await?;
    Ok(Json(DisputePage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
