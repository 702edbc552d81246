//! Carrying an operation out against subjects that change meanwhile.

use cardmux_domain::id::TenantId;

use super::idempotency::{self, Request};
use super::{App, AppError};
use crate::operations::{Answer, ExecuteError, Intent};

/// How often it is tried again after the subject was changed meanwhile: an answer, its webhook and a
/// reading can follow each other closely.
const MAX_RACES: usize = 8;

/// Check and carry out what `intend` makes of the state as it is; once more where that has changed
/// since. What does not fit, or not any more, gets the answer it was given before, if it was.
pub(super) async fn attempt<F>(
    app: &App,
    tenant: &TenantId,
    request: &Request,
    what: &'static str,
    intend: impl Fn() -> F,
) -> Result<Answer, AppError>
where
    F: Future<Output = Result<Intent, AppError>>,
{
    for _ in 0..MAX_RACES {
        let intent = match intend().await {
            Ok(intent) => intent,
            Err(error) => return idempotency::replay_or(app, tenant, request, error).await,
        };
        match app.engine.execute(intent).await {
            // Look again: the answer of the request that came first may be there, or the subject is
            // another one by now.
            Err(ExecuteError::SubjectChanged | ExecuteError::KeyTaken) => {
                if let Some(answer) = idempotency::replay(app, tenant, request).await? {
                    return Ok(answer);
                }
            }
            other => return Ok(other?),
        }
    }
    Err(AppError::Busy {
        what,
        pending: None,
    })
}
