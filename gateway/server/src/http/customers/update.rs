use axum::extract::State;
use cardmux_domain::id::CustomerId;

use super::tagged;
use crate::app::{self, App};
use crate::http::document::{ChangeProblems, StaleProblems};
use crate::http::dto::{CustomerDto, PatchCustomerBody};
use crate::http::extract::{Access, Body, CustomersWrite, IfMatch, PathId};
use crate::http::params::CustomerPath;
use crate::http::problem::ApiResult;
use crate::http::tagged::Tagged;

/// Update a customer
///
/// Here alone: what a provider was told stays as it is until the enrolment is updated. With
/// `If-Match`, only if the customer still has that version.
#[utoipa::path(patch, path = "/v1/customers/{customer_id}", tag = "customers", operation_id = "update_customer",
    params(CustomerPath, ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    request_body = PatchCustomerBody,
    responses(
        (status = 200, description = "The customer", body = CustomerDto, headers(("etag" = String, description = "The customer's version"))),
        StaleProblems,
        ChangeProblems,
    ))]
pub async fn update_customer(
    State(app): State<App>,
    access: Access<CustomersWrite>,
    PathId(id): PathId<CustomerId>,
    IfMatch(expected): IfMatch,
    Body { value, bytes: _ }: Body<PatchCustomerBody>,
) -> ApiResult<Tagged<CustomerDto>> {
    let patch = value.parse()?;
    let customer = app::customers::update(&app, &access.tenant.id, id, patch, expected).await?;
    Ok(tagged(customer))
}
