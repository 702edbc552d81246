use std::time::Duration;

use cardmux_domain::id::TenantId;
use cardmux_domain::secret::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::api_keys::{MadeKey, NewKey, Scope};
use crate::app::{AppError, FieldProblem};
use crate::clock;
use crate::http::extract::time_field;
use crate::store::ApiKey;

/// An API key without its text, which nobody can have again.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
pub struct ApiKeyDto {
    #[schema(example = "key_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do: `cards:read`, `cards:write`, `cards:reveal`, `funds:write`, `customers:read`,
    /// `customers:write`, `events:read`.
    pub scopes: Vec<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Until then it works; null is for good.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
}

/// A new API key, with its text for this once.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeApiKey)]
pub struct MadeApiKeyDto {
    pub key: ApiKeyDto,
    /// What goes behind `Authorization: Bearer`. Kept nowhere: it cannot be shown again.
    #[schema(example = "cmx_…")]
    pub text: String,
}

/// A key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CreateApiKey, example = json!({"name": "back office", "scopes": ["cards:read", "events:read"]}))]
pub struct CreateApiKeyBody {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100, example = "back office")]
    pub name: String,
    /// What it may do.
    #[schema(min_items = 1, max_items = 7, example = json!(["cards:read", "events:read"]))]
    pub scopes: Vec<String>,
    /// Until then it works; left out: until it is revoked.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// How the old key ends.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RotateApiKey, example = json!({"overlapSeconds": 86400}))]
pub struct RotateApiKeyBody {
    /// For this long the old key works beside the new one; 0 revokes it at once.
    #[serde(default)]
    #[schema(maximum = 604800, default = 0)]
    pub overlap_seconds: u64,
}

/// Longer than a week two keys are no rotation.
const OVERLAP_MAX: u64 = 7 * 24 * 60 * 60;
const NAME_MAX: usize = 100;

impl RotateApiKeyBody {
    pub fn parse(self) -> Result<Duration, AppError> {
        if self.overlap_seconds <= OVERLAP_MAX {
            return Ok(Duration::from_secs(self.overlap_seconds));
        }
        let detail = format!("must be 0 to {OVERLAP_MAX}, a week");
        let problem = FieldProblem::body("/overlapSeconds", "out_of_range", detail);
        Err(AppError::Invalid(vec![problem]))
    }
}

impl CreateApiKeyBody {
    pub fn parse(self, tenant: TenantId) -> Result<NewKey, AppError> {
        let Self {
            name,
            scopes,
            expires_at,
        } = self;
        let mut problems = Vec::new();
        let length = name.chars().count();
        if !(1..=NAME_MAX).contains(&length) || name.chars().any(char::is_control) {
            let detail =
                format!("must have 1 to {NAME_MAX} characters, none of them control characters");
            problems.push(FieldProblem::body("/name", "bad_length", detail));
        }
        problems.extend(misfits(&scopes));
        let expires_at = expires_at.map(|text| time_field("/expiresAt", &text));
        let expires_at = expires_at.transpose().unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        if expires_at.is_some_and(|end| end <= clock::now()) {
            let detail = "must lie ahead";
            problems.push(FieldProblem::body("/expiresAt", "in_the_past", detail));
        }
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        Ok(NewKey {
            tenant,
            name,
            scopes,
            expires_at,
        })
    }
}

fn misfits(scopes: &[String]) -> Vec<FieldProblem> {
    if scopes.is_empty() {
        let detail = "a key without scopes can do nothing";
        return vec![FieldProblem::body("/scopes", "required", detail)];
    }
    let misfit = |(at, text): (usize, &String)| {
        let pointer = format!("/scopes/{at}");
        let earlier = scopes.iter().take(at);
        match text.parse::<Scope>() {
            Ok(Scope::Operator) => {
                let detail = "belongs to no tenant: `cardmux keys create --tenant operator`";
                Some(FieldProblem::body(pointer, "not_taken", detail))
            }
            Ok(_) if earlier.into_iter().any(|other| other == text) => {
                Some(FieldProblem::body(pointer, "repeated", "is there already"))
            }
            Ok(_) => None,
            Err(_) => Some(FieldProblem::body(pointer, "unknown", "is no scope")),
        }
    };
    scopes.iter().enumerate().filter_map(misfit).collect()
}

impl From<ApiKey> for ApiKeyDto {
    fn from(key: ApiKey) -> Self {
        let ApiKey {
            id,
            tenant: _,
            name,
            scopes,
            hash: _,
            created_at,
            expires_at,
            revoked_at,
        } = key;
        Self {
            id: id.to_string(),
            name,
            scopes,
            created_at: created_at.to_string(),
            expires_at: expires_at.map(|at| at.to_string()),
            revoked_at: revoked_at.map(|at| at.to_string()),
        }
    }
}

impl From<MadeKey> for MadeApiKeyDto {
    fn from(MadeKey { key, text }: MadeKey) -> Self {
        Self {
            key: key.into(),
            text: text.expose_secret().to_owned(),
        }
    }
}
