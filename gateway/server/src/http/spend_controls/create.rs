use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::tagged;
use crate::app::{self, App};
use crate::http::document::ChangeProblems;
use crate::http::dto::{CreateSpendControlBody, REPLAYED, SpendControlDto};
use crate::http::extract::{Access, Body, CardsWrite, Meta};
use crate::http::params::ChangeHeaders;
use crate::http::problem::ApiResult;

/// Create a spend control
///
/// Rules on a card, a customer, a budget or all of yours, which the gateway answers providers by. It is
/// refused where no provider concerned asks the gateway before it charges; `enforcement` says who
/// does. Repeated with its `Idempotency-Key`, the request is answered with the control as it is then.
#[utoipa::path(post, path = "/v1/spend-controls", tag = "spend controls", operation_id = "create_spend_control",
    params(ChangeHeaders), request_body = CreateSpendControlBody,
    responses(
        (status = 201, description = "The control", body = SpendControlDto, headers(
            ("etag" = String, description = "The control's version"),
            ("idempotent-replayed" = Option<String>, description = "`true` where an earlier request with this key made it"),
        )),
        ChangeProblems,
    ))]
pub async fn create_spend_control(
    State(app): State<App>,
    access: Access<CardsWrite>,
    meta: Meta,
    Body { value, bytes }: Body<CreateSpendControlBody>,
) -> ApiResult<Response> {
    let wanted = value.parse()?;
    let request = meta.with_body(bytes);
    let (made, replayed) =
        app::spend_controls::create(&app, &access.tenant, wanted, access.key, request).await?;
    let mut response = (StatusCode::CREATED, tagged(made)).into_response();
    if replayed {
        let headers = response.headers_mut();
        headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    }
    Ok(response)
}
