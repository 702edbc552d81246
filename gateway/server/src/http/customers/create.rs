use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::tagged;
use crate::app::{self, App};
use crate::http::document::ChangeProblems;
use crate::http::dto::{CreateCustomerBody, CustomerDto, REPLAYED};
use crate::http::extract::{Access, Body, CustomersWrite, Meta};
use crate::http::params::ChangeHeaders;
use crate::http::problem::ApiResult;

/// Create a customer
///
/// Kept here, personal data encrypted; no provider is told until the customer is enrolled. Repeated
/// with its `Idempotency-Key`, the request is answered with the customer as it is then.
#[utoipa::path(post, path = "/v1/customers", tag = "customers", operation_id = "create_customer",
    params(ChangeHeaders), request_body = CreateCustomerBody,
    responses(
        (status = 201, description = "The customer", body = CustomerDto, headers(
            ("etag" = String, description = "The customer's version"),
            ("idempotent-replayed" = Option<String>, description = "`true` where an earlier request with this key made it"),
        )),
        ChangeProblems,
    ))]
pub async fn create_customer(
    State(app): State<App>,
    access: Access<CustomersWrite>,
    meta: Meta,
    Body { value, bytes }: Body<CreateCustomerBody>,
) -> ApiResult<Response> {
    let wanted = value.parse()?;
    let request = meta.with_body(bytes);
    let (customer, replayed) =
        app::customers::create(&app, &access.tenant.id, wanted, request).await?;
    let mut response = (StatusCode::CREATED, tagged(customer)).into_response();
    if replayed {
        let headers = response.headers_mut();
        headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    }
    Ok(response)
}
