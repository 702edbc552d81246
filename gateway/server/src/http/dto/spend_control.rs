//! Spend controls: what they cover, what they say, and who sees to it.

mod rules;

use cardmux_domain::spend_control::{Scope, SpendControl, Stage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::open;

pub use rules::RulesDto;

use super::customer::personal::given;
use crate::app::spend_controls::{
    EnforcedControl, Enforcement, SpendControlPatch, SpendControlRequest,
};
use crate::app::{AppError, FieldProblem};

/// Rules on what cards may spend. All controls that cover a card are asked; each may decline.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SpendControl)]
pub struct SpendControlDto {
    #[schema(example = "sctl_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: String,
    pub scope: ScopeDto,
    pub name: Option<String>,
    /// As a draft, what it would have changed is written down in the `shadow` of authorizations, nothing else.
    #[schema(value_type = open::SpendControlStage)]
    pub stage: String,
    /// Of a draft: the live control whose place it would take.
    pub replaces: Option<String>,
    pub rules: RulesDto,
    /// Who sees to it, for each provider instance it concerns.
    pub enforcement: Vec<EnforcementDto>,
    /// Also the entity tag, for `If-Match`.
    pub version: i64,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// What a control covers, and over what its limits count: one of the four.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SpendScope, example = json!({ "cardId": "card_01k9zr3m5wf0ks1b2c3d4e5f6g" }))]
pub struct ScopeDto {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_id: Option<String>,
    /// All cards of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// All cards that draw on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_id: Option<String>,
    /// `true`: all cards of yours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<bool>,
}

/// Who sees to a control at one provider instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SpendEnforcement)]
pub struct EnforcementDto {
    /// The provider instance.
    pub instance: String,
    /// `provider` is said of a card's own controls only (`CardControls`).
    #[schema(value_type = open::EnforcedBy)]
    pub enforced_by: String,
    pub reason: String,
}

/// A control to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CreateSpendControl, example = json!({"scope": {"cardId": "card_01k9zr3m5wf0ks1b2c3d4e5f6g"}, "name": "Travel", "rules": {"blockedMccs": ["7995"]}}))]
pub struct CreateSpendControlBody {
    pub scope: ScopeDto,
    #[schema(example = "Travel", min_length = 1, max_length = 50)]
    pub name: Option<String>,
    /// `live` where left out. A draft decides nothing, but shows in authorizations what it would have said.
    #[serde(default = "live")]
    #[schema(value_type = open::SpendControlStage)]
    pub stage: String,
    /// Of a draft: the live control, of the same scope, whose place it would take; without, it would
    /// be one more.
    pub replaces: Option<String>,
    pub rules: RulesDto,
}

/// What to change; a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PatchSpendControl, example = json!({"stage": "live"}))]
pub struct PatchSpendControlBody {
    /// `null` removes it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50)]
    pub name: Option<Option<String>>,
    /// `live` publishes a draft: what it replaces is deleted in the same moment.
    #[schema(value_type = Option<open::SpendControlStage>)]
    pub stage: Option<String>,
    /// All of them: what is left out of the rules restricts nothing any more.
    pub rules: Option<RulesDto>,
}

fn live() -> String {
    Stage::Live.to_string()
}

impl CreateSpendControlBody {
    pub fn parse(self) -> Result<SpendControlRequest, AppError> {
        let Self {
            scope,
            name,
            stage,
            replaces,
            rules,
        } = self;
        let mut problems = Vec::new();
        let scope = kept(scope.parse("/scope"), &mut problems);
        let stage = kept(parse_stage(&stage), &mut problems);
        let replaces = replaces.map(|id| {
            let detail = "is no id of a spend control";
            id.parse()
                .map_err(|_| vec![FieldProblem::body("/replaces", "bad_format", detail)])
        });
        let replaces = kept(replaces.transpose(), &mut problems);
        let rules = kept(rules.parse("/rules"), &mut problems);
        match (scope, stage, replaces, rules) {
            (Some(scope), Some(stage), Some(replaces), Some(rules)) => Ok(SpendControlRequest {
                scope,
                name,
                stage,
                replaces,
                rules,
            }),
            _ => Err(AppError::Invalid(problems)),
        }
    }
}

impl PatchSpendControlBody {
    pub fn parse(self) -> Result<SpendControlPatch, AppError> {
        let Self { name, stage, rules } = self;
        let mut problems = Vec::new();
        let stage = stage.as_deref().map(parse_stage).transpose();
        let stage = kept(stage, &mut problems);
        let rules = rules.map(|rules| rules.parse("/rules")).transpose();
        let rules = kept(rules, &mut problems);
        match (stage, rules) {
            (Some(stage), Some(rules)) => Ok(SpendControlPatch { name, stage, rules }),
            _ => Err(AppError::Invalid(problems)),
        }
    }
}

fn kept<T>(read: Result<T, Vec<FieldProblem>>, problems: &mut Vec<FieldProblem>) -> Option<T> {
    read.map_err(|found| problems.extend(found)).ok()
}

fn parse_stage(text: &str) -> Result<Stage, Vec<FieldProblem>> {
    text.parse().map_err(|_| {
        let detail = "must be `live` or `draft`";
        vec![FieldProblem::body("/stage", "bad_value", detail)]
    })
}

impl ScopeDto {
    pub fn parse(self, at: &str) -> Result<Scope, Vec<FieldProblem>> {
        let Self {
            card_id,
            customer_id,
            budget_id,
            tenant,
        } = self;
        let problem = |at: String, code, detail: &str| vec![FieldProblem::body(at, code, detail)];
        let unfit = |field: &str| {
            let detail = "is no id of this kind";
            problem(format!("{at}/{field}"), "bad_format", detail)
        };
        match (card_id, customer_id, budget_id, tenant) {
            (Some(id), None, None, None) => {
                id.parse().map(Scope::Card).map_err(|_| unfit("cardId"))
            }
            (None, Some(id), None, None) => {
                let id = id.parse().map(Scope::Customer);
                id.map_err(|_| unfit("customerId"))
            }
            (None, None, Some(id), None) => {
                id.parse().map(Scope::Budget).map_err(|_| unfit("budgetId"))
            }
            (None, None, None, Some(true)) => Ok(Scope::Tenant),
            (None, None, None, Some(false)) => {
                let detail = "must be `true`, or left out for one of the others";
                Err(problem(format!("{at}/tenant"), "bad_value", detail))
            }
            (None, None, None, None) => {
                let detail = "one of cardId, customerId, budgetId, tenant";
                Err(problem(at.to_owned(), "required", detail))
            }
            (_, _, _, _) => {
                let detail = "only one of cardId, customerId, budgetId, tenant";
                Err(problem(at.to_owned(), "exclusive", detail))
            }
        }
    }
}

impl From<Scope> for ScopeDto {
    fn from(scope: Scope) -> Self {
        let mut dto = Self::default();
        match scope {
            Scope::Card(id) => dto.card_id = Some(id.to_string()),
            Scope::Customer(id) => dto.customer_id = Some(id.to_string()),
            Scope::Budget(id) => dto.budget_id = Some(id.to_string()),
            Scope::Tenant => dto.tenant = Some(true),
        }
        dto
    }
}

impl From<EnforcedControl> for SpendControlDto {
    fn from(enforced: EnforcedControl) -> Self {
        let EnforcedControl {
            control,
            enforcement,
        } = enforced;
        let SpendControl {
            id,
            tenant: _,
            scope,
            name,
            stage,
            rules,
            replaces,
            version,
            created_at,
            updated_at,
        } = control;
        Self {
            id: id.to_string(),
            scope: scope.into(),
            name,
            stage: stage.to_string(),
            replaces: replaces.map(|id| id.to_string()),
            rules: rules.into(),
            enforcement: enforcement.into_iter().map(Into::into).collect(),
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}

impl From<Enforcement> for EnforcementDto {
    fn from(enforcement: Enforcement) -> Self {
        let Enforcement {
            instance,
            by,
            reason,
        } = enforcement;
        Self {
            instance: instance.to_string(),
            enforced_by: by.to_string(),
            reason,
        }
    }
}
