use axum::Json;
use axum::extract::State;
use cardmux_domain::id::{CustomerId, EnrolmentId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, Listing, Tenant};
use crate::http::document::{ListProblems, NotFoundProblems};
use crate::http::dto::{EnrolmentPage, open};
use crate::http::extract::{Access, Cursor, CustomersRead, PathId, Query, page_limit};
use crate::http::params::{CustomerPath, parse_parameter};
use crate::http::problem::ApiResult;
use crate::store::enrolments::EnrolmentFilter;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEnrolments {
    customer_id: Option<String>,
    #[param(value_type = Option<open::EnrolmentStatus>)]
    status: Option<String>,
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCustomerEnrolments {
    /// Rows of a page, at most 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From the page before.
    cursor: Option<String>,
}

/// List enrolments
///
/// Newest first.
#[utoipa::path(get, path = "/v1/enrolments", tag = "enrolments", operation_id = "list_enrolments", params(ListEnrolments),
    responses((status = 200, description = "A page of enrolments", body = EnrolmentPage), ListProblems))]
pub async fn list_enrolments(
    State(app): State<App>,
    access: Access<CustomersRead>,
    Query(query): Query<ListEnrolments>,
) -> ApiResult<Json<EnrolmentPage>> {
    let filter = EnrolmentFilter {
        customer_id: parse_parameter::<CustomerId>("customerId", query.customer_id.as_deref())?,
        status: parse_parameter("status", query.status.as_deref())?,
    };
    page(&app, &access.tenant, &filter, query.limit, query.cursor).await
}

/// List a customer's enrolments
///
/// Newest first.
#[utoipa::path(get, path = "/v1/customers/{customer_id}/enrolments", tag = "enrolments", operation_id = "list_customer_enrolments",
    params(CustomerPath, ListCustomerEnrolments),
    responses(
        (status = 200, description = "A page of enrolments", body = EnrolmentPage),
        NotFoundProblems,
        ListProblems,
    ))]
pub async fn list_customer_enrolments(
    State(app): State<App>,
    access: Access<CustomersRead>,
    PathId(id): PathId<CustomerId>,
    Query(query): Query<ListCustomerEnrolments>,
) -> ApiResult<Json<EnrolmentPage>> {
    let customer = app::customers::get(&app, &access.tenant.id, id).await?;
    let filter = EnrolmentFilter {
        customer_id: Some(customer.id),
        status: None,
    };
    page(&app, &access.tenant, &filter, query.limit, query.cursor).await
}

async fn page(
    app: &App,
    tenant: &Tenant,
    filter: &EnrolmentFilter,
    limit: Option<usize>,
    after: Option<String>,
) -> ApiResult<Json<EnrolmentPage>> {
    let limit = page_limit(app, limit)?;
    let cursor = Cursor {
        tenant: tenant.id.as_str(),
        list: "enrolments",
        filters: format!("{filter:?}"),
    };
    let after = after.as_deref().map(|text| cursor.decode(app, text));
    let after = after.transpose()?.map(EnrolmentId::from_uuid);
    let Listing { items, next } =
        app::enrolments::list(app, &tenant.id, filter, after, limit).await?;
    Ok(Json(EnrolmentPage {
        data: items.into_iter().map(Into::into).collect(),
        next_cursor: next.map(|id| cursor.encode(app, id.uuid())),
    }))
}
