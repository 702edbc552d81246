use axum::Json;
use axum::extract::State;
use cardmux_domain::id::CustomerId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing};
use crate::http::document::ListProblems;
use crate::http::dto::CustomerPage;
use crate::http::extract::{Access, Cursor, CustomersRead, Query, page_limit};
use crate::http::params::plain_text;
use crate::http::problem::ApiResult;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCustomers {
    external_id: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List customers
///
/// Newest first. Personal data is encrypted, so it cannot be searched.
#[utoipa::path(get, path = "/v1/customers", tag = "customers", operation_id = "list_customers", params(ListCustomers),
    responses((status = 200, description = "A page of customers", body = CustomerPage), ListProblems))]
pub async fn list_customers(
    State(app): State<App>,
    access: Access<CustomersRead>,
    Query(query): Query<ListCustomers>,
) -> ApiResult<Json<CustomerPage>> {
    let external_id = plain_text("externalId", query.external_id.as_deref())?;
    let limit = page_limit(&app, query.limit)?;
    let cursor = Cursor {
        tenant: access.tenant.id.as_str(),
        list: "customers",
        filters: format!("{external_id:?}"),
    };
    let after = query
        .cursor
        .as_deref()
        .map(|text| cursor.decode(&app, text))
        .transpose()?;
    let after = after.map(CustomerId::from_uuid);
    let external_id = external_id.as_deref();
    let Listing { items, next } =
        app::customers::list(&app, &access.tenant.id, external_id, after, limit).await?;
    Ok(Json(CustomerPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(&app, id.uuid())),
    }))
}
