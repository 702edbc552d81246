use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::{self, App, FieldProblem};
use crate::http::codes;
use crate::http::document::ChangeProblems;
use crate::http::dto::{AnswerResponse, CardDto, IssueCardBody};
use crate::http::extract::{Access, Body, CardsWrite, Meta, Query};
use crate::http::params::ChangeHeaders;
use crate::http::problem::{ApiError, ApiResult};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IssueQuery {
    /// `auto`: enrol the customer for the card type where they are not yet. The card is issued if
    /// they are approved at once; if not, the problem shows the enrolment to wait for.
    enrol: Option<String>,
}

impl IssueQuery {
    pub fn enrol(&self) -> ApiResult<bool> {
        match self.enrol.as_deref() {
            None => Ok(false),
            Some("auto") => Ok(true),
            Some(_) => {
                let field = FieldProblem::parameter("enrol", "bad_value", "takes only `auto`");
                Err(ApiError::fields(
                    codes::INVALID_QUERY,
                    "see `errors`",
                    vec![field],
                ))
            }
        }
    }
}

/// Issue a card
///
/// 201 with the card: final, or `pending` with its `pendingOperation` while the provider works on
/// it. 202 where the provider's answer was lost: the gateway finds out by itself, and never issues
/// twice. With an `Idempotency-Key`, repeating the request is always safe.
#[utoipa::path(post, path = "/v1/cards", tag = "cards", operation_id = "issue_card",
    params(IssueQuery, ChangeHeaders), request_body = IssueCardBody,
    responses(
        (status = 201, description = "The card, final or under way", body = CardDto),
        (status = 202, description = "The pending card; its fate is being looked up", body = CardDto),
        ChangeProblems,
    ))]
pub async fn issue_card(
    State(app): State<App>,
    access: Access<CardsWrite>,
    meta: Meta,
    Query(query): Query<IssueQuery>,
    Body { value, bytes }: Body<IssueCardBody>,
) -> ApiResult<AnswerResponse> {
    let answer = app::cards::issue(
        &app,
        &access.tenant,
        value.parse(query.enrol()?)?,
        meta.with_body(bytes),
    )
    .await?;
    Ok(AnswerResponse(answer))
}
