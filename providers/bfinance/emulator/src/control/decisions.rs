//! What reviewers and the dispute office decide.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Target, done};
use crate::app::App;
use crate::envelope::Failure;
use crate::script::Verdict;
use crate::spend;
use crate::state::{DisputeStatus, Notice};

/// The body may be missing.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reason {
    reason: Option<String>,
}

fn reason(body: &[u8]) -> Result<Option<String>, Failure> {
    if body.is_empty() {
        return Ok(None);
    }
    let parsed: Result<Reason, _> = serde_json::from_slice(body);
    parsed
        .map(|parsed| parsed.reason)
        .map_err(|_| Failure::invalid("The body is {\"reason\"} or nothing"))
}

/// Whatever the customer's status was; the last segment says what becomes of it.
pub async fn customer(
    Shared(app): Shared<Arc<App>>,
    Path((id, verdict)): Target,
    body: Bytes,
) -> Response {
    let verdict = match verdict.as_str() {
        "approve" => Verdict::Approve,
        "reject" => Verdict::Reject,
        "needs-information" => Verdict::NeedsInformation,
        "update-requested" => Verdict::UpdateRequested,
        "hold" => Verdict::Hold,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let result = app.change(|state| {
        let reason = reason(&body)?;
        let found = state.customers.get_mut(&id);
        let found = found.ok_or_else(|| Failure::missing("Customer"))?;
        found.decide(verdict, reason);
        state.news.push(Notice::Customer(id.clone()));
        Ok(())
    });
    done(result.await)
}

pub async fn dispute(
    Shared(app): Shared<Arc<App>>,
    Path((id, step)): Target,
    body: Bytes,
) -> Response {
    let to = match step.as_str() {
        "review" => DisputeStatus::Reviewing,
        "accept" => DisputeStatus::Accepted,
        "reject" => DisputeStatus::Rejected,
        "close" => DisputeStatus::Closed,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let now_ms = app.kit.clock.now_ms();
    let result = app.change(|state| spend::decide(state, &id, to, reason(&body)?, now_ms));
    done(result.await)
}
