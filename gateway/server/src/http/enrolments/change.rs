use axum::extract::State;
use cardmux_domain::id::{CustomerId, EnrolmentId};
use serde::Deserialize;

use crate::app::enrolments::EnrolmentRequest;
use crate::app::{self, App};
use crate::http::document::ChangeProblems;
use crate::http::dto::{AnswerResponse, EnrolCustomerBody, EnrolmentDto, OperationDto};
use crate::http::extract::{Access, Body, CustomersWrite, Meta, OptionalBody, PathId};
use crate::http::params::{ChangeHeaders, CustomerPath, EnrolmentPath};
use crate::http::problem::ApiResult;

/// Enrol a customer
///
/// Hands the customer's data in at the card type's provider. Everything that does not fit the
/// type's form is named at once, by its place under `/customer`, before anything is sent. The
/// review takes its time: read the enrolment until it is `approved`, then issue cards.
#[utoipa::path(post, path = "/v1/customers/{customer_id}/enrolments", tag = "enrolments", operation_id = "enrol_customer",
    params(CustomerPath, ChangeHeaders), request_body = EnrolCustomerBody,
    responses(
        (status = 201, description = "The enrolment", body = EnrolmentDto),
        (status = 202, description = "The pending enrolment; its fate is being looked up", body = EnrolmentDto),
        ChangeProblems,
    ))]
pub async fn enrol_customer(
    State(app): State<App>,
    access: Access<CustomersWrite>,
    PathId(customer): PathId<CustomerId>,
    meta: Meta,
    Body { value, bytes }: Body<EnrolCustomerBody>,
) -> ApiResult<AnswerResponse> {
    let (type_id, share_token) = value.parse()?;
    let wanted = EnrolmentRequest {
        customer,
        type_id,
        share_token,
    };
    let request = meta.with_body(bytes);
    let answer = app::enrolments::enrol(&app, &access.tenant, wanted, request).await?;
    Ok(AnswerResponse(answer))
}

/// The body of a request that says everything by its path: none, or `{}`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Update an enrolment
///
/// Hands in the customer's data as it is now. For an enrolment that is `action_required`: correct
/// the customer first.
#[utoipa::path(post, path = "/v1/enrolments/{enrolment_id}/update", tag = "enrolments", operation_id = "update_enrolment",
    params(EnrolmentPath, ChangeHeaders),
    responses(
        (status = 200, description = "The operation, finished", body = OperationDto),
        (status = 202, description = "The operation, under way", body = OperationDto),
        ChangeProblems,
    ))]
pub async fn update_enrolment(
    State(app): State<App>,
    access: Access<CustomersWrite>,
    PathId(id): PathId<EnrolmentId>,
    meta: Meta,
    OptionalBody { value, bytes }: OptionalBody<Nothing>,
) -> ApiResult<AnswerResponse> {
    let Nothing {} = value;
    let request = meta.with_body(bytes);
    let answer = app::enrolments::update(&app, &access.tenant, id, request).await?;
    Ok(AnswerResponse(answer))
}
