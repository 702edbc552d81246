use cardmux_domain::operation::Operation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::{AppError, FieldProblem};
use crate::http::dto::OperationDto;
use crate::operations::Decision;

/// An operation and whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantOperation)]
pub struct TenantOperationDto {
    pub tenant: String,
    pub operation: OperationDto,
}

impl From<Operation> for TenantOperationDto {
    fn from(operation: Operation) -> Self {
        Self {
            tenant: operation.tenant.to_string(),
            operation: operation.into(),
        }
    }
}

/// What a person found out at the provider about an operation that needs attention.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DecideOperation, example = json!({"happened": true, "providerRef": "2069170021"}))]
pub struct DecideOperationBody {
    pub happened: bool,
    /// The provider's id of what was made: card, enrolment, budget or dispute. Only of what happened.
    pub provider_ref: Option<String>,
}

impl DecideOperationBody {
    pub fn parse(self) -> Result<Decision, AppError> {
        let Self {
            happened,
            provider_ref,
        } = self;
        match (happened, provider_ref) {
            (true, subject_ref) => Ok(Decision::Happened { subject_ref }),
            (false, None) => Ok(Decision::NotDone),
            (false, Some(_)) => {
                let detail = "what did not happen made nothing";
                let problem = FieldProblem::body("/providerRef", "not_taken", detail);
                Err(AppError::Invalid(vec![problem]))
            }
        }
    }
}
