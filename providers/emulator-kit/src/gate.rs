//! What every provider call passes: it is logged, and the fault script has its say.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{StreamExt, stream};
use serde_json::Value;

use crate::calls::{Call, CallLog};
use crate::clock::{self, Clock};
use crate::faults::{self, FaultBoard, FaultKind, Injected};
use crate::server::hang_up;

/// Above any documented body: the largest is an upload of 2 MB, and one that is too large for its
/// provider must still reach it to be refused.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// Long enough for the first half of a truncated body to leave before the connection is closed.
const FLUSH: Duration = Duration::from_millis(50);

pub struct Gate {
    pub clock: Arc<Clock>,
    pub faults: FaultBoard,
    pub calls: CallLog,
    /// The body field that carries the client's reference.
    pub reference_field: &'static str,
}

impl Gate {
    /// Middleware around the provider's routes.
    pub async fn pass(State(gate): State<Arc<Self>>, request: Request, next: Next) -> Response {
        let (mut parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let path = parts.uri.path().to_owned();
        let reference = gate.reference(&body);
        gate.calls.record(Call {
            path: path.clone(),
            reference,
            at: gate.clock.now_ms(),
        });

        let verdict = gate.faults.judge(&path);
        if let Some(invisible) = verdict.invisible {
            parts.extensions.insert(invisible);
        }
        if let Some(injected) = verdict.fault.and_then(|(kind, _)| injected(kind)) {
            parts.extensions.insert(injected);
        }
        let work = next.run(Request::from_parts(parts, Body::from(body)));
        let Some((kind, millis)) = verdict.fault else {
            return work.await;
        };
        match kind {
            FaultKind::Hang => {
                clock::pause(faults::wait(kind, millis)).await;
                hang_up()
            }
            FaultKind::DropBefore => hang_up(),
            FaultKind::DropAfter => {
                work.await;
                hang_up()
            }
            FaultKind::Delay => {
                let response = work.await;
                clock::pause(faults::wait(kind, millis)).await;
                response
            }
            FaultKind::Truncate => truncate(work.await).await,
            FaultKind::Refuse
            | FaultKind::ErrorBefore
            | FaultKind::ErrorAfter
            | FaultKind::RateLimit
            | FaultKind::Invisible => work.await,
        }
    }

    fn reference(&self, body: &[u8]) -> Option<String> {
        let body: Value = serde_json::from_slice(body).ok()?;
        body.get(self.reference_field)?.as_str().map(str::to_owned)
    }
}

fn injected(kind: FaultKind) -> Option<Injected> {
    match kind {
        FaultKind::Refuse => Some(Injected::Refuse),
        FaultKind::RateLimit => Some(Injected::RateLimit),
        FaultKind::ErrorBefore => Some(Injected::ErrorBefore),
        FaultKind::ErrorAfter => Some(Injected::ErrorAfter),
        FaultKind::Hang
        | FaultKind::DropBefore
        | FaultKind::DropAfter
        | FaultKind::Truncate
        | FaultKind::Invisible
        | FaultKind::Delay => None,
    }
}

/// Announces the whole body and sends half of it, then closes the connection.
async fn truncate(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = whole.slice(..whole.len() / 2);
    let rest = stream::once(async {
        clock::pause(FLUSH).await;
        Err::<Bytes, _>(std::io::Error::other("truncated on purpose"))
    });
    Response::from_parts(
        parts,
        Body::from_stream(stream::once(async { Ok(half) }).chain(rest)),
    )
}
