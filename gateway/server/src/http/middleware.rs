//! What every request passes: an id, a log line, a time limit, and problems in one form.

use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cardmux_domain::id::{fresh, kind};
use tracing::{Instrument, Level, debug, debug_span, event, info_span};

use super::codes;
use super::problem::{ApiError, Problem, Unaddressed, problem_body};
use super::rate_limit::Counted;

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of this request: `req_…`, in the answer's `x-request-id`, in problems and in the log.
#[derive(Clone)]
pub struct RequestId(pub std::sync::Arc<str>);

/// What the edge needs to know.
#[derive(Clone)]
pub struct Edge {
    pub error_base_url: std::sync::Arc<str>,
    pub request_timeout: Duration,
}

/// The outermost layer.
pub async fn edge(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let id: std::sync::Arc<str> = fresh::<kind::Request>().to_string().into();
    request.extensions_mut().insert(RequestId(id.clone()));
    let counted = Counted::default();
    request.extensions_mut().insert(counted.clone());
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let trace_parent = request
        .headers()
        .get("traceparent")
        .and_then(|v| v.to_str().ok());
    // Reads are logged at `debug` only; below that their span would be made for nothing.
    let span = if method.is_safe() {
        debug_span!("request", request_id = %id, trace_parent)
    } else {
        info_span!("request", request_id = %id, trace_parent)
    };
    let response = async {
        let answer = tokio::time::timeout(edge.request_timeout, next.run(request)).await;
        let response = answer.unwrap_or_else(|_| too_slow());
        let mut response = finish(response, &edge, &id);
        counted.tell(response.headers_mut());
        log(&id, &method, &path, response.status(), started.elapsed());
        response
    };
    response.instrument(span).await
}

fn too_slow() -> Response {
    let detail = "no answer in time; what was begun goes on. Repeat with the same Idempotency-Key";
    ApiError::new(codes::TIMEOUT, detail).into_response()
}

fn log(
    request_id: &str,
    method: &axum::http::Method,
    path: &str,
    status: StatusCode,
    elapsed: Duration,
) {
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let status = status.as_u16();
    if status >= 500 {
        event!(Level::WARN, request_id, %method, path, status, micros, "request failed");
    } else if method.is_safe() {
        debug!(%method, path, status, micros, "request");
    } else {
        event!(Level::INFO, %method, path, status, micros, "request");
    }
}

/// Give every error the one form, whoever made it.
fn finish(mut response: Response, edge: &Edge, id: &str) -> Response {
    if let Some(problem) = problem_of(&mut response) {
        let body = problem_body(&problem.addressed(&edge.error_base_url, id));
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.extend(body.headers().clone());
        response = Response::from_parts(parts, body.into_body());
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(X_REQUEST_ID.clone(), value);
    }
    response
}

fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(Unaddressed(problem)) = response.extensions_mut().remove::<Unaddressed>() {
        return Some(problem);
    }
    // Answers axum or a layer made by itself; all of ours have a media type.
    if response.headers().contains_key(header::CONTENT_TYPE)
        && response.status() != StatusCode::PAYLOAD_TOO_LARGE
    {
        return None;
    }
    match response.status() {
        // axum adds `Allow` further out.
        StatusCode::METHOD_NOT_ALLOWED => {
            let detail = "the `Allow` header lists the methods this route takes";
            Some(Problem::new(codes::METHOD_NOT_ALLOWED, detail))
        }
        StatusCode::PAYLOAD_TOO_LARGE => Some(Problem::new(codes::BODY_TOO_LARGE, "send less")),
        _ => None,
    }
}

pub async fn no_route(request: Request) -> ApiError {
    let detail = format!(
        "there is nothing at `{}`; GET /openapi.json lists the routes",
        request.uri().path()
    );
    ApiError::new(codes::NOT_FOUND, detail)
}

/// A panic becomes a problem, and stays one request's trouble.
pub fn on_panic(_: Box<dyn std::any::Any + Send>) -> Response {
    ApiError::new(
        codes::INTERNAL,
        "the gateway failed; the log of this request id says why",
    )
    .into_response()
}
