use axum::extract::State;
use cardmux_domain::id::CustomerId;

use super::tagged;
use crate::app::{self, App};
use crate::http::document::ReadProblems;
use crate::http::dto::CustomerDto;
use crate::http::extract::{Access, CustomersRead, PathId};
use crate::http::params::CustomerPath;
use crate::http::problem::ApiResult;
use crate::http::tagged::Tagged;

/// Get a customer
///
/// With the personal data that was given, for as long as the customer exists.
#[utoipa::path(get, path = "/v1/customers/{customer_id}", tag = "customers", operation_id = "get_customer", params(CustomerPath),
    responses(
        (status = 200, description = "The customer", body = CustomerDto, headers(("etag" = String, description = "The customer's version"))),
        ReadProblems,
    ))]
pub async fn get_customer(
    State(app): State<App>,
    access: Access<CustomersRead>,
    PathId(id): PathId<CustomerId>,
) -> ApiResult<Tagged<CustomerDto>> {
    let customer = app::customers::get(&app, &access.tenant.id, id).await?;
    Ok(tagged(customer))
}
