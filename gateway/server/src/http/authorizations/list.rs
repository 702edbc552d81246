use axum::Json;
use axum::extract::State;
use cardmux_domain::id::AuthorizationId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::ListProblems;
use crate::http::dto::{AuthorizationPage, open};
use crate::http::extract::{Access, CardsRead, Cursor, Query, page_limit, time_parameter};
use crate::http::params::parse_parameter;
use crate::http::problem::ApiResult;
use crate::store::authorizations::AuthorizationFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAuthorizations {
    card_id: Option<String>,
    customer_id: Option<String>,
    budget_id: Option<String>,
    #[param(value_type = Option<open::AuthorizationStatus>)]
    status: Option<String>,
    /// What the gateway said.
    #[param(value_type = Option<open::Verdict>)]
    verdict: Option<String>,
    #[param(value_type = Option<open::DecidedBy>)]
    decided_by: Option<String>,
    /// Received then or later, RFC 3339.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Received then or earlier.
    #[param(format = DateTime)]
    to: Option<String>,
    /// `true`: only those that drafts would have answered otherwise.
    shadow_differs: Option<bool>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

impl ListAuthorizations {
    fn filter(&self) -> ApiResult<AuthorizationFilter> {
        Ok(AuthorizationFilter {
            card_id: parse_parameter("cardId", self.card_id.as_deref())?,
            customer_id: parse_parameter("customerId", self.customer_id.as_deref())?,
            budget_id: parse_parameter("budgetId", self.budget_id.as_deref())?,
            status: parse_parameter("status", self.status.as_deref())?,
            verdict: parse_parameter("verdict", self.verdict.as_deref())?,
            decided_by: parse_parameter("decidedBy", self.decided_by.as_deref())?,
            from: time_parameter("from", self.from.as_deref())?,
            to: time_parameter("to", self.to.as_deref())?,
            shadow_differs: self.shadow_differs == Some(true),
        })
    }
}

/// List authorizations
///
/// What providers asked the gateway to decide, newest first.
#[utoipa::path(get, path = "/v1/authorizations", tag = "authorizations", operation_id = "list_authorizations", params(ListAuthorizations),
    responses((status = 200, description = "A page of authorizations", body = AuthorizationPage), ListProblems))]
pub async fn list_authorizations(
    State(app): State<App>,
    access: Access<CardsRead>,
    Query(query): Query<ListAuthorizations>,
) -> ApiResult<Json<AuthorizationPage>> {
    let filter = query.filter()?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "authorizations",
        filters: format!("{filter:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(AuthorizationId::from_uuid);
    let Listing { items, next } =
        app::authorizations::list(&app, &access.tenant.id, &filter, after, limit).await?;
    Ok(Json(AuthorizationPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
