//! What a tenant's limit looks like on the wire: `RateLimit-Policy` and `RateLimit` as in
//! draft-ietf-httpapi-ratelimit-headers-11.

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{OpenApi, Ref, RefOr};

use super::codes;
use super::document::problem_answer;
use super::problem::ApiError;
use crate::app::rate_limit::Allowance;
use crate::app::{App, Tenant};

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// Where the extractor that counts leaves what it found, for the edge to tell: whatever becomes of
/// the request.
#[derive(Clone, Default)]
pub struct Counted(Arc<OnceLock<Allowance>>);

/// Count this request of the tenant's.
pub fn count(app: &App, tenant: &Tenant, counted: Option<&Counted>) -> Result<(), ApiError> {
    let Some(allowance) = app.rate_limiter.count(tenant) else {
        return Ok(());
    };
    if let Some(Counted(slot)) = counted {
        slot.get_or_init(|| allowance);
    }
    if allowance.admitted {
        return Ok(());
    }
    let detail = format!(
        "nothing was done: this tenant may make {} requests in {} seconds, with all its keys together",
        allowance.limit.requests,
        allowance.limit.window.as_secs()
    );
    Err(ApiError::new(codes::RATE_LIMITED, detail).after(allowance.reset_seconds))
}

impl Counted {
    pub fn tell(&self, headers: &mut HeaderMap) {
        let Some(Allowance {
            limit,
            remaining,
            reset_seconds,
            admitted: _,
        }) = self.0.get()
        else {
            return;
        };
        let (quota, window) = (limit.requests, limit.window.as_secs());
        let texts = [
            (&POLICY, format!("\"default\";q={quota};w={window}")),
            (
                &LEFT,
                format!("\"default\";r={remaining};t={reset_seconds}"),
            ),
        ];
        for (name, text) in texts {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name.clone(), value);
            }
        }
    }
}

const HEADERS: [(&str, &str, &str); 2] = [
    (
        "RateLimit-Policy",
        "The limit of this tenant, where it has one: `q` requests in `w` seconds, all its keys together",
        "\"default\";q=600;w=60",
    ),
    (
        "RateLimit",
        "What is left of it: `r` requests now; the whole limit is there again after `t` seconds, or after a \
         429 one request",
        "\"default\";r=599;t=1",
    ),
];

/// Write limits into the document: every operation of a tenant's counts, so they are told in one
/// place and not at each.
pub fn describe(document: &mut OpenApi) {
    let headers = &mut document.components.get_or_insert_default().headers;
    for (name, description, example) in HEADERS {
        let header = HeaderBuilder::new()
            .schema(Some(Object::with_type(Type::String)))
            .description(Some(description))
            .example(Some(example.into()));
        headers.insert(name.to_owned(), header.build().into());
    }
    let of_tenants = document
        .paths
        .paths
        .iter_mut()
        .filter(|(path, _)| path.starts_with("/v1/"));
    for (_, item) in of_tenants {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        operations
            .into_iter()
            .flatten()
            .for_each(describe_operation);
    }
}

fn describe_operation(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    let text = "Too many requests; see `Retry-After`";
    let (status, answer) = problem_answer("RateLimitProblems", "TooMany", 429, text);
    responses.entry(status).or_insert(answer);
    // Other problems carry them as well; saying so of each would make the document half as long again.
    let told = responses
        .iter_mut()
        .filter(|(status, _)| status.starts_with('2') || *status == "429");
    for (_, response) in told {
        if let RefOr::T(response) = response {
            for (name, ..) in HEADERS {
                let header = Ref::new(format!("#/components/headers/{name}"));
                response.headers.insert(name.to_owned(), RefOr::Ref(header));
            }
        }
    }
}
