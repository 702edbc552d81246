use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::app::{self, App};
use crate::http::document::ChangeProblems;
use crate::http::dto::{BatchDto, CreateBatchBody, REPLAYED};
use crate::http::extract::{Access, BatchBody, Body, CardsWrite, Meta};
use crate::http::params::BatchHeaders;
use crate::http::problem::ApiResult;

/// Issue many cards
///
/// Taken in whole or not at all, then issued one by one; each has a result of its own. What is wrong
/// with the shape of any of them is answered at once, each by JSON pointer (the first hundred); what
/// only shows when a card's turn comes (its type, customer, budget, limits) is that item's failure,
/// with the code `POST /v1/cards` would give. Repeated with its `Idempotency-Key`, the request makes
/// no second batch and is answered with the batch as it is then.
#[utoipa::path(post, path = "/v1/card-batches", tag = "card batches", operation_id = "create_card_batch",
    params(BatchHeaders), request_body = CreateBatchBody,
    responses(
        (status = 202, description = "The batch; follow it at `GET /v1/card-batches/{batch_id}`", body = BatchDto, headers(
            ("idempotent-replayed" = Option<String>, description = "`true` where an earlier request with this key made it"),
        )),
        ChangeProblems,
    ))]
pub async fn create_card_batch(
    State(app): State<App>,
    access: Access<CardsWrite>,
    meta: Meta,
    BatchBody(Body { value, bytes }): BatchBody<CreateBatchBody>,
) -> ApiResult<Response> {
    let wanted = value.parse(app.batch_items_max)?;
    let request = meta.with_body(bytes);
    let (batch, counts, replayed) =
        app::batches::create(&app, &access.tenant.id, wanted, request).await?;
    let body = Json(BatchDto::from((batch, counts)));
    let mut response = (StatusCode::ACCEPTED, body).into_response();
    if replayed {
        let headers = response.headers_mut();
        headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    }
    Ok(response)
}
