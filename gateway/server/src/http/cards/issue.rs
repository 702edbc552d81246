use axum::extract::State;

use crate::app::{self, App};
use crate::http::dto::{AnswerResponse, CardDto, IssueCardBody};
use crate::http::extract::{Access, Body, CardsWrite, Meta};
use crate::http::problem::ApiResult;
use crate::http::router::{ChangeHeaders, ChangeProblems};

/// Issue a card
///
/// 201 with the card: final, or `pending` with its `pendingOperation` while the provider works on
/// it. 202 where the provider's answer was lost: the gateway finds out by itself, and never issues
/// twice. With an `Idempotency-Key`, repeating the request is always safe.
#[utoipa::path(post, path = "/v1/cards", tag = "cards", operation_id = "issue_card",
    params(ChangeHeaders), request_body = IssueCardBody,
    responses(
        (status = 201, description = "The card, final or under way", body = CardDto),
        (status = 202, description = "The pending card; its fate is being looked up", body = CardDto),
        ChangeProblems,
    ))]
pub async fn issue_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    meta: Meta,
    Body { value, bytes }: Body<IssueCardBody>,
) -> ApiResult<AnswerResponse> {
    let answer = app::cards::issue(
        &app,
        &access.tenant,
        value.try_into()?,
        meta.with_body(bytes),
    )
    .await?;
    Ok(AnswerResponse(answer))
}
