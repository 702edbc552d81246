use axum::extract::State;
use axum::http::StatusCode;
use cardmux_domain::id::CustomerId;

use crate::app::{self, App};
use crate::http::document::{HeaderProblems, InUseProblems, ReadProblems};
use crate::http::extract::{Access, CustomersWrite, Meta, PathId};
use crate::http::params::CustomerPath;
use crate::http::problem::ApiResult;

/// Delete a customer
///
/// Erases the personal data, `externalId` and `metadata`, for good; the customer does not exist any
/// more. Cards, enrolments and transactions stay, with an id that no longer leads to a person. What
/// providers hold is not touched: none of them offers that.
#[utoipa::path(delete, path = "/v1/customers/{customer_id}", tag = "customers", operation_id = "delete_customer",
    params(CustomerPath),
    responses(
        (status = 204, description = "The personal data is erased"),
        HeaderProblems, InUseProblems,
        ReadProblems,
    ))]
pub async fn delete_customer(
    State(app): State<App>,
    access: Access<CustomersWrite>,
    PathId(id): PathId<CustomerId>,
    meta: Meta,
) -> ApiResult<StatusCode> {
    app::customers::erase(&app, &access.tenant.id, id, access.key, &meta.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
