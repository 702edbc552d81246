use std::sync::Arc;

use cardmux_domain::card::CardStatus;
use cardmux_domain::enrolment::Enrolment;
use cardmux_domain::id::{InstanceId, OperationId};
use cardmux_domain::operation::{OperationKind, SubjectId};
use cardmux_domain::provider::ProviderError;

use crate::operations::ExecuteError;
use crate::profile::ProfileError;
use crate::routing::Decision;
use crate::store::{Conflict, StoreError, WriteError};

/// Where in a request something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// JSON pointer into the body.
    Pointer(String),
    /// Query parameter.
    Parameter(String),
    Header(&'static str),
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub place: Place,
    /// Stable: `required`, `too_large` …
    pub code: &'static str,
    pub detail: String,
}

impl FieldProblem {
    pub fn body(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            place: Place::Pointer(pointer.into()),
            code,
            detail: detail.into(),
        }
    }

    pub fn parameter(
        name: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            place: Place::Parameter(name.into()),
            code,
            detail: detail.into(),
        }
    }

    pub fn header(name: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            place: Place::Header(name),
            code,
            detail: detail.into(),
        }
    }
}

/// Why a use case did not do what was asked. Each variant is one answer to the client.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("the request does not fit the rules")]
    Invalid(Vec<FieldProblem>),
    #[error("{what} `{id}` does not exist")]
    NotFound { what: &'static str, id: String },
    #[error("the card is {status}")]
    CardStatus {
        status: CardStatus,
        asked: OperationKind,
        /// What the card's status does allow, as far as its provider can do it.
        allowed: Vec<OperationKind>,
    },
    #[error("another operation is under way")]
    Busy {
        /// `card`, `enrolment`, `budget` …
        what: &'static str,
        pending: Option<OperationId>,
    },
    /// What is asked for does not fit the state of something; the code is published.
    #[error("{detail}")]
    State {
        code: &'static str,
        detail: String,
        enrolment: Option<Box<Enrolment>>,
    },
    #[error("it changed since it was read")]
    PreconditionFailed,
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    #[error("the first request with this idempotency key is still running")]
    KeyInUse,
    /// Nobody can serve a request that names no card type.
    #[error("no issuer can serve the request")]
    NoRoute(Box<Decision>),
    #[error("`{instance}` cannot do `{what}`")]
    Unsupported { instance: InstanceId, what: String },
    #[error("the provider call failed")]
    Provider {
        instance: InstanceId,
        #[source]
        error: Box<ProviderError>,
    },
    #[error("the delivery is not believed")]
    WebhookRefused(#[from] cardmux_domain::provider::WebhookRefused),
    #[error("too many writes are waiting")]
    Overloaded,
    #[error("the database cannot be used")]
    Store(#[from] StoreError),
    /// The same, of a reading that several wait for.
    #[error("the database cannot be used")]
    StoreShared(Arc<StoreError>),
    #[error("{0}")]
    Internal(&'static str),
}

impl AppError {
    /// A failed call of this instance.
    pub(super) fn provider(instance: &InstanceId) -> impl FnOnce(ProviderError) -> Self + use<> {
        let instance = instance.clone();
        move |error| Self::Provider {
            instance,
            error: Box::new(error),
        }
    }

    fn busy(conflict: &Conflict) -> Self {
        let what = match conflict {
            Conflict::Subject(SubjectId::Card(_)) => "card",
            Conflict::Subject(SubjectId::Enrolment(_)) => "enrolment",
            Conflict::Subject(SubjectId::Budget(_)) => "budget",
            Conflict::Subject(SubjectId::Dispute(_)) => "dispute",
            Conflict::Customer(_) => "customer",
            Conflict::Transaction(_) => "transaction",
            Conflict::Batch(_) | Conflict::BatchItem(_) => "batch",
            Conflict::Authorization(_) => "authorization",
            Conflict::Book(_) | Conflict::Transfer(_) => "budget",
            Conflict::SpendControl(_) | Conflict::SpendMark(_) => "spend control",
            Conflict::Key
            | Conflict::Operation(_)
            | Conflict::Record
            | Conflict::Webhook
            | Conflict::ApiKey => "resource",
        };
        Self::Busy {
            what,
            pending: None,
        }
    }
}

impl From<ProfileError> for AppError {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Store(error) => Self::Store(error),
            ProfileError::Vault(error) => {
                tracing::error!("personal data: {error}");
                Self::Internal("personal data cannot be decrypted")
            }
            ProfileError::Unreadable => Self::Internal("personal data cannot be read"),
        }
    }
}

impl From<WriteError> for AppError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::QueueFull => Self::Overloaded,
            WriteError::Closed => Self::Overloaded,
            WriteError::Store(error) => Self::Store(error),
            WriteError::Conflict(conflict) => Self::busy(&conflict),
        }
    }
}

impl From<ExecuteError> for AppError {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::KeyTaken => Self::KeyInUse,
            ExecuteError::SubjectChanged => Self::Busy {
                what: "resource",
                pending: None,
            },
            ExecuteError::Write(error) => error.into(),
            ExecuteError::Lost => Self::Internal("the operation's task ended early"),
        }
    }
}

impl From<crate::operations::ResolveError> for AppError {
    fn from(error: crate::operations::ResolveError) -> Self {
        match error {
            crate::operations::ResolveError::Write(error) => error.into(),
            crate::operations::ResolveError::Store(error) => Self::Store(error),
        }
    }
}
