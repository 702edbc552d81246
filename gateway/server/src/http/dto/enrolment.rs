use cardmux_domain::enrolment::Enrolment;
use cardmux_domain::id::CardTypeId;
use cardmux_domain::secret::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{open, secret};
use crate::app::{AppError, FieldProblem};

/// A customer at one provider, for one card type.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Enrolment)]
pub struct EnrolmentDto {
    #[schema(example = "enr_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    pub customer_id: String,
    pub type_id: String,
    /// The provider instance.
    pub instance: String,
    #[schema(value_type = open::EnrolmentStatus)]
    pub status: String,
    /// The provider's own word.
    pub provider_status: Option<String>,
    /// The provider's id of it.
    pub provider_ref: Option<String>,
    /// Who looks at it or refused it, in the provider's word.
    pub review_stage: Option<String>,
    /// Why it was refused, in the provider's words.
    pub reason: Option<String>,
    /// Where the customer goes on by themselves, a verification page of the provider's; null where
    /// there is none.
    pub action_url: Option<String>,
    /// The operation under way, if one is.
    pub pending_operation: Option<String>,
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<Enrolment> for EnrolmentDto {
    fn from(enrolment: Enrolment) -> Self {
        let Enrolment {
            id,
            tenant: _,
            customer_id,
            instance,
            type_id,
            status,
            status_as_of: _,
            provider_ref,
            provider_status,
            review_stage,
            reason,
            action_url,
            pending_operation,
            refresh_at: _,
            version,
            created_at,
            updated_at,
        } = enrolment;
        Self {
            id: id.to_string(),
            customer_id: customer_id.to_string(),
            type_id: type_id.to_string(),
            instance: instance.to_string(),
            status: status.to_string(),
            provider_status,
            provider_ref,
            review_stage,
            reason,
            action_url,
            pending_operation: pending_operation.map(|id| id.to_string()),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}

/// What to enrol a customer for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = EnrolCustomer, example = json!({"typeId": "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g"}))]
pub struct EnrolCustomerBody {
    /// From `GET /v1/card-types`; its `enrolment` says what has to be known about the customer.
    #[schema(example = "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub type_id: String,
    /// A share token of an identity service (Sumsub) that has the customer's data and documents, where
    /// the type's `enrolment` says `takesShareToken`: the fields of the form need not be known then.
    /// Goes to the provider and is not stored.
    #[serde(default, deserialize_with = "secret::optional")]
    #[schema(value_type = Option<String>, write_only, min_length = 1, max_length = 4096)]
    pub share_token: Option<SecretString>,
}

impl EnrolCustomerBody {
    pub fn parse(self) -> Result<(CardTypeId, Option<SecretString>), AppError> {
        let Self {
            type_id,
            share_token,
        } = self;
        let fits = |token: &SecretString| (1..=4096).contains(&token.expose_secret().len());
        if !share_token.as_ref().is_none_or(fits) {
            let detail = "must be 1 to 4096 bytes";
            let problem = FieldProblem::body("/shareToken", "bad_length", detail);
            return Err(AppError::Invalid(vec![problem]));
        }
        let type_id = type_id.parse().map_err(|_| {
            let detail = "is no card type id; GET /v1/card-types lists them";
            AppError::Invalid(vec![FieldProblem::body("/typeId", "unknown", detail)])
        })?;
        Ok((type_id, share_token))
    }
}
