//! Errors as RFC 9457 problems.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cardmux_domain::batch::ItemError;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{ErrorKind, ProviderError};
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::{self, Code};
use super::dto::{EnrolmentDto, open};
use crate::app::{AppError, FieldProblem, Place};
use crate::routing::Decision;
use crate::store::StoreError;

/// What went wrong, where, and what to do about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The page of this `code`.
    #[schema(example = "/docs/errors/card_not_active")]
    pub r#type: String,
    pub title: String,
    #[schema(example = 409)]
    pub status: u16,
    /// What happened, to what, and what to do.
    pub detail: String,
    #[schema(value_type = open::ProblemCode)]
    pub code: String,
    pub request_id: String,
    /// Every field that is wrong, where fields are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderProblem>,
    /// The operations the card's status allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<open::OperationKind>>)]
    pub allowed: Option<Vec<String>>,
    /// The operation this is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_id: Option<String>,
    /// The enrolment that is in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<Box<EnrolmentDto>>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// JSON pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Query parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Stable; an open list.
    #[schema(example = "out_of_range")]
    pub code: String,
    pub detail: String,
}

/// The provider's part in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderProblem {
    pub instance: String,
    /// The provider's own code.
    #[schema(example = "6001")]
    pub code: Option<String>,
    /// The provider's own words.
    pub message: Option<String>,
    #[schema(value_type = open::Outcome)]
    pub outcome: String,
}

/// A problem on its way out; the middleware adds request id and type.
#[derive(Debug)]
pub struct ApiError {
    pub problem: Box<Problem>,
    retry_after: Option<u64>,
}

pub type ApiResult<T> = Result<T, ApiError>;

impl Problem {
    pub fn new(code: &Code, detail: impl Into<String>) -> Self {
        Self {
            r#type: String::new(),
            title: code.title.to_owned(),
            status: code.status,
            detail: detail.into(),
            code: code.code.to_owned(),
            request_id: String::new(),
            errors: Vec::new(),
            provider: None,
            allowed: None,
            operation_id: None,
            card_id: None,
            enrolment: None,
        }
    }

    /// Fill in what only the edge of the request knows.
    #[must_use]
    pub fn addressed(mut self, error_base_url: &str, request_id: &str) -> Self {
        self.r#type = format!("{}/{}", error_base_url.trim_end_matches('/'), self.code);
        request_id.clone_into(&mut self.request_id);
        self
    }
}

impl ApiError {
    pub fn new(code: &Code, detail: impl Into<String>) -> Self {
        Self {
            problem: Box::new(Problem::new(code, detail)),
            retry_after: None,
        }
    }

    pub fn fields(code: &Code, detail: impl Into<String>, fields: Vec<FieldProblem>) -> Self {
        let mut error = Self::new(code, detail);
        error.problem.errors = fields.into_iter().map(FieldError::from).collect();
        error
    }

    /// With `Retry-After`.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<FieldProblem> for FieldError {
    fn from(problem: FieldProblem) -> Self {
        let FieldProblem {
            place,
            code,
            detail,
        } = problem;
        let (pointer, parameter, header) = match place {
            Place::Pointer(pointer) => (Some(pointer), None, None),
            Place::Parameter(name) => (None, Some(name), None),
            Place::Header(name) => (None, None, Some(name.to_owned())),
        };
        Self {
            pointer,
            parameter,
            header,
            code: code.to_owned(),
            detail,
        }
    }
}

/// A problem response before it has its request id.
#[derive(Clone)]
pub struct Unaddressed(pub Problem);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response.extensions_mut().insert(Unaddressed(*self.problem));
        response
    }
}

/// The body of a problem, with its media type.
pub fn problem_body(problem: &Problem) -> Response {
    let mut response = Json(problem).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Invalid(fields) => unfit(fields),
            AppError::NotFound { what, id } => Self::new(
                codes::RESOURCE_NOT_FOUND,
                format!("{what} `{id}` does not exist"),
            ),
            AppError::CardStatus {
                status,
                asked,
                allowed,
            } => card_status(status, asked, &allowed),
            AppError::Busy { what, pending } => busy(what, pending),
            AppError::State {
                code,
                detail,
                enrolment,
            } => {
                let mut error = Self::new(codes::by_name(code), detail);
                error.problem.enrolment = enrolment.map(|e| Box::new((*e).into()));
                error
            }
            AppError::PreconditionFailed => Self::new(
                codes::PRECONDITION_FAILED,
                "it is no longer the version in `If-Match`; read it again and decide anew",
            ),
            AppError::KeyReused => Self::new(
                codes::IDEMPOTENCY_KEY_REUSED,
                "this `Idempotency-Key` was used for another method, path or body; use a new key",
            ),
            AppError::KeyInUse => Self::new(
                codes::IDEMPOTENCY_KEY_IN_USE,
                "nothing was done twice; repeat this request later to get the answer",
            )
            .after(1),
            AppError::Unsupported { instance, what } => Self::new(
                codes::CAPABILITY_UNSUPPORTED,
                format!("`{instance}` does not offer: {what}"),
            ),
            AppError::Provider { instance, error } => provider(instance.as_str(), *error),
            AppError::WebhookRefused(refused) => {
                Self::new(codes::WEBHOOK_REFUSED, refused.to_string())
            }
            AppError::Overloaded => {
                Self::new(codes::OVERLOADED, "nothing was done; try again shortly").after(1)
            }
            AppError::NoRoute(decision) => no_route(&decision),
            AppError::Store(error) => store(&error),
            AppError::StoreShared(error) => store(&error),
            AppError::Internal(what) => internal(what),
        }
    }
}

/// A batch can have as many problems as fields; nobody reads more at once.
const FIELDS_MAX: usize = 100;

fn unfit(mut fields: Vec<FieldProblem>) -> ApiError {
    let mut detail = "see `errors`: each names the field, what is wrong and what fits".to_owned();
    let more = fields.len().saturating_sub(FIELDS_MAX);
    if more > 0 {
        fields.truncate(FIELDS_MAX);
        detail.push_str(&format!("; {more} more are not listed"));
    }
    ApiError::fields(codes::INVALID_REQUEST, detail, fields)
}

/// An error as the result of a batch's item: what a request for the same card would be answered.
pub fn describe(error: AppError) -> ItemError {
    let problem = *ApiError::from(error).problem;
    let said = problem.errors.iter().map(|field| field.detail.as_str());
    let said: Vec<&str> = said.collect();
    ItemError {
        code: problem.code,
        detail: match said.is_empty() {
            true => problem.detail,
            false => said.join("; "),
        },
        pointer: problem.errors.into_iter().find_map(|field| field.pointer),
    }
}

/// Nobody can serve it: everybody who was looked at, and why not.
fn no_route(decision: &Decision) -> ApiError {
    let Some(rule) = &decision.rule else {
        let detail = "no rule of the tenant is about such a request; POST /v1/routing/explain \
                      says which condition of each is not met";
        return ApiError::new(codes::NO_ROUTE, detail);
    };
    let excluded = decision.excluded.iter().take(FIELDS_MAX).map(|exclusion| {
        let detail = format!("{}: {}", exclusion.instance, exclusion.detail);
        FieldProblem::body("/want", exclusion.reason.into(), detail)
    });
    let fields = excluded.collect();
    let detail =
        format!("rule `{rule}` decides, and nobody it names can serve the request; see `errors`");
    match decision.may_pass() {
        true => ApiError::fields(codes::NO_ROUTE_NOW, detail, fields).after(10),
        false => ApiError::fields(codes::NO_ROUTE, detail, fields),
    }
}

fn busy(what: &str, pending: Option<cardmux_domain::id::OperationId>) -> ApiError {
    let code = match what {
        "card" => codes::CARD_BUSY,
        _ => codes::RESOURCE_BUSY,
    };
    let detail =
        format!("one operation of a {what} runs at a time; wait for it to end and try again");
    let mut error = ApiError::new(code, detail).after(1);
    error.problem.operation_id = pending.map(|id| id.to_string());
    error
}

fn card_status(
    status: cardmux_domain::card::CardStatus,
    asked: OperationKind,
    allowed: &[OperationKind],
) -> ApiError {
    let code = if status.is_terminal() {
        codes::CARD_CLOSED
    } else if asked == OperationKind::Unfreeze {
        codes::CARD_NOT_FROZEN
    } else if asked == OperationKind::Activate {
        codes::CARD_NOT_INACTIVE
    } else {
        codes::CARD_NOT_ACTIVE
    };
    let mut error = ApiError::new(code, format!("cannot {asked} a card that is {status}"));
    error.problem.allowed = Some(allowed.iter().map(ToString::to_string).collect());
    error
}

/// A failed read at a provider.
fn provider(instance: &str, error: ProviderError) -> ApiError {
    let code = match error.kind {
        ErrorKind::Settings | ErrorKind::Unauthorized => codes::PROVIDER_MISCONFIGURED,
        ErrorKind::RateLimited => codes::PROVIDER_RATE_LIMITED,
        ErrorKind::Malformed => codes::PROVIDER_UNREADABLE,
        ErrorKind::InsufficientFunds => codes::INSUFFICIENT_FUNDS,
        ErrorKind::Refused | ErrorKind::NotFound | ErrorKind::DuplicateReference => {
            codes::PROVIDER_REFUSED
        }
        ErrorKind::Unreachable
        | ErrorKind::Interrupted
        | ErrorKind::Timeout
        | ErrorKind::Unavailable
        | ErrorKind::Overloaded => codes::PROVIDER_UNAVAILABLE,
    };
    let mut api = ApiError::new(code, error.to_string());
    api.retry_after = error.retry_after.map(|after| after.as_secs().max(1));
    api.problem.provider = Some(ProviderProblem {
        instance: instance.to_owned(),
        code: error.provider_code,
        message: error.provider_message,
        outcome: error.outcome.to_string(),
    });
    api
}

fn store(error: &StoreError) -> ApiError {
    tracing::error!("database: {error}");
    match error {
        StoreError::Unavailable(_) | StoreError::FateUnknown => {
            let detail = "the database cannot be reached at the moment; try again, with the same Idempotency-Key";
            ApiError::new(codes::STORE_UNAVAILABLE, detail).after(2)
        }
        StoreError::Database(_)
        | StoreError::BadUrl(_)
        | StoreError::Corrupt(_)
        | StoreError::Amount(_) => internal("the database refused"),
    }
}

fn internal(what: &str) -> ApiError {
    tracing::error!("internal: {what}");
    ApiError::new(
        codes::INTERNAL,
        "the gateway failed; the log of this request id says why",
    )
}
