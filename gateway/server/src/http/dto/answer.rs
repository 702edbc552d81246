//! The answer to a changing request: rendered once, stored with the idempotency key, replayed.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cardmux_domain::operation::{Failure, Operation, OperationKind, OperationStatus};
use serde::Serialize;

use super::{BudgetDto, CardDto, DisputeDto, EnrolmentDto, OperationDto};
use crate::http::codes;
use crate::http::problem::{Problem, ProviderProblem};
use crate::operations::{Answer, RenderContext, Subject};
use crate::store::StoredAnswer;

/// What is known now: the resource where one is made, the operation for everything else, a problem
/// where it is known to have failed. An unknown outcome is 202 with the pending resource.
pub fn render_answer(
    context: &RenderContext<'_>,
    subject: &Subject,
    operation: &Operation,
) -> StoredAnswer {
    if let (OperationStatus::Failed, Some(failure)) = (operation.status, &operation.failure) {
        let problem = failed(operation, failure.clone());
        let problem = problem.addressed(context.error_base_url, context.request_id);
        return stored(problem.status, &problem);
    }
    let made = match operation.status {
        OperationStatus::Unknown | OperationStatus::Pending => StatusCode::ACCEPTED,
        OperationStatus::Processing | OperationStatus::Succeeded | OperationStatus::Failed => {
            StatusCode::CREATED
        }
    };
    match (operation.kind, subject.clone()) {
        (OperationKind::Issue, Subject::Card(card)) => {
            stored(made.as_u16(), &CardDto::new(*card, context.provider_kind))
        }
        (OperationKind::Enrol, Subject::Enrolment(enrolment)) => {
            stored(made.as_u16(), &EnrolmentDto::from(*enrolment))
        }
        (OperationKind::CreateBudget, Subject::Budget(budget)) => {
            stored(made.as_u16(), &BudgetDto::made(*budget))
        }
        (OperationKind::OpenDispute, Subject::Dispute(dispute)) => {
            stored(made.as_u16(), &DisputeDto::from(*dispute))
        }
        (
            _,
            Subject::Card(_) | Subject::Enrolment(_) | Subject::Budget(_) | Subject::Dispute(_),
        ) => {
            let status = match operation.status.is_final() {
                true => StatusCode::OK,
                false => StatusCode::ACCEPTED,
            };
            stored(status.as_u16(), &OperationDto::from(operation.clone()))
        }
    }
}

fn stored(status: u16, body: &impl Serialize) -> StoredAnswer {
    // Our own shapes always serialise; an empty body would be a visible bug, not a silent one.
    StoredAnswer {
        status,
        body: serde_json::to_string(body).unwrap_or_default(),
    }
}

fn failed(operation: &Operation, failure: Failure) -> Problem {
    let Failure {
        code,
        message,
        outcome,
        provider_code,
        provider_message,
    } = failure;
    let code = codes::by_name(&code);
    let mut problem = Problem::new(code, format!("{} failed: {message}", operation.kind));
    problem.operation_id = Some(operation.id.to_string());
    problem.card_id = operation.subject.card().map(|id| id.to_string());
    problem.provider = Some(ProviderProblem {
        instance: operation.instance.to_string(),
        code: provider_code,
        message: provider_message,
        outcome: outcome.to_string(),
    });
    problem
}

pub static REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A stored answer as a response.
pub struct AnswerResponse(pub Answer);

impl IntoResponse for AnswerResponse {
    fn into_response(self) -> Response {
        let Answer { stored, replayed } = self.0;
        let status =
            StatusCode::from_u16(stored.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = if status.is_success() {
            "application/json"
        } else {
            "application/problem+json"
        };
        let mut response = (status, stored.body).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if replayed {
            response
                .headers_mut()
                .insert(REPLAYED.clone(), HeaderValue::from_static("true"));
        }
        response
    }
}
