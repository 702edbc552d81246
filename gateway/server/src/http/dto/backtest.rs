use cardmux_domain::money::Money;
use cardmux_domain::spend_control::Replayed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::authorization::ReasonDto;
use super::spend_control::{RulesDto, ScopeDto};
use super::{MoneyDto, open};
use crate::app::spend_controls::{Backtest, BacktestRequest, RuleChange, Tested};
use crate::app::{AppError, FieldProblem};
use crate::http::extract::time_field;

/// A span of the past, and changes of the live controls to decide it again with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BacktestSpendControls, example = json!({"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}))]
pub struct BacktestBody {
    /// What was received then or later, RFC 3339.
    #[schema(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub from: String,
    /// What was received earlier than this.
    #[schema(format = DateTime, example = "2026-07-01T00:00:00Z")]
    pub to: String,
    /// Changes of the live controls; without any, the live controls as they are.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub rules: Vec<RuleChangeDto>,
}

/// One change of the live controls: another one's rules with `id` and `rules`, one less with `id` and
/// `remove`, one more with `scope` and `rules`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SpendRuleChange)]
pub struct RuleChangeDto {
    /// The live control that is changed or removed.
    #[schema(example = "sctl_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub id: Option<String>,
    #[serde(default)]
    pub remove: bool,
    /// Of a live control that is changed: its own where left out.
    pub scope: Option<ScopeDto>,
    pub rules: Option<RulesDto>,
}

/// What would have been answered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SpendControlsBacktest)]
pub struct BacktestDto {
    /// Authorizations that were decided again.
    pub asked: usize,
    pub approved: BeforeAfterDto,
    pub declined: BeforeAfterDto,
    /// What would have been answered otherwise, oldest first; at most 1000.
    pub changed: Vec<ChangedDto>,
    /// Whether there are more than `changed` shows.
    pub truncated: bool,
    /// What a back-test cannot know.
    pub limits: String,
}

/// As it was answered, and as it would have been.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BeforeAfter)]
pub struct BeforeAfterDto {
    pub before: usize,
    pub after: usize,
}

/// An authorization that would have been answered otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangedDecision)]
pub struct ChangedDto {
    pub authorization_id: String,
    pub card_id: String,
    pub amount: MoneyDto,
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(value_type = open::Verdict)]
    pub before: String,
    #[schema(value_type = open::Verdict)]
    pub after: String,
    /// Why it would have been declined.
    pub reasons: Vec<ReasonDto>,
}

/// Each is looked up; a set of rules has dozens of controls.
const CHANGES_MAX: usize = 100;

impl BacktestBody {
    pub fn parse(self) -> Result<BacktestRequest, AppError> {
        let Self { from, to, rules } = self;
        let mut problems = Vec::new();
        let mut time = |at: &str, text: &str| {
            let time = time_field(at, text);
            time.map_err(|problem| problems.push(problem)).ok()
        };
        let span = time("/from", &from).zip(time("/to", &to));
        if span.is_some_and(|(from, to)| to <= from) {
            problems.push(FieldProblem::body(
                "/to",
                "out_of_range",
                "must be after `from`",
            ));
        }
        if rules.len() > CHANGES_MAX {
            let detail = format!("at most {CHANGES_MAX}");
            problems.push(FieldProblem::body("/rules", "too_many", detail));
        }
        let mut changes = Vec::new();
        for (index, change) in rules.into_iter().enumerate().take(CHANGES_MAX) {
            match change.parse(&format!("/rules/{index}")) {
                Ok(change) => changes.push(change),
                Err(found) => problems.extend(found),
            }
        }
        match span {
            Some((from, to)) if problems.is_empty() => Ok(BacktestRequest { from, to, changes }),
            _ => Err(AppError::Invalid(problems)),
        }
    }
}

impl RuleChangeDto {
    fn parse(self, at: &str) -> Result<RuleChange, Vec<FieldProblem>> {
        let Self {
            id,
            remove,
            scope,
            rules,
        } = self;
        let problem = |field: &str, code, detail: &str| {
            vec![FieldProblem::body(format!("{at}{field}"), code, detail)]
        };
        let id = id.map(|id| id.parse()).transpose();
        let id = id.map_err(|_| problem("/id", "bad_format", "is no id of a spend control"))?;
        let scope = scope
            .map(|scope| scope.parse(&format!("{at}/scope")))
            .transpose()?;
        let rules = rules
            .map(|rules| rules.parse(&format!("{at}/rules")))
            .transpose()?;
        match (id, remove, scope, rules) {
            (Some(id), true, None, None) => Ok(RuleChange::Remove(id)),
            (Some(_), true, _, _) => Err(problem(
                "/remove",
                "exclusive",
                "what is removed has neither scope nor rules",
            )),
            (None, true, _, _) => Err(problem("/id", "required", "which one is removed?")),
            (_, false, _, None) => Err(problem("/rules", "required", "rules, or `remove`")),
            (Some(id), false, scope, Some(rules)) => Ok(RuleChange::Replace { id, scope, rules }),
            (None, false, Some(scope), Some(rules)) => Ok(RuleChange::Add { scope, rules }),
            (None, false, None, Some(_)) => {
                let detail = "what is it on? or the `id` of a live control";
                Err(problem("/scope", "required", detail))
            }
        }
    }
}

/// What no replay of the past can tell.
const LIMITS: &str = "`before` is what was answered then, by the controls in force then. Decided again \
    is what the gateway was asked about; what providers charge without asking only counts. Nobody knows \
    what would have become of a payment that is approved only here: it stays held to the end. A \
    cardholder who is declined may try again, pay less, or not at all. Your decision endpoint was asked \
    only where rules and funds had said yes; elsewhere its answer is taken to be yes. Of payments \
    without a ledger budget only what they are now is known, not when they became it. What several \
    gateways did within one millisecond has no certain order.";

impl From<Backtest> for BacktestDto {
    fn from(backtest: Backtest) -> Self {
        let Backtest {
            asked,
            approved: (before, after),
            changed,
            truncated,
        } = backtest;
        Self {
            asked,
            approved: BeforeAfterDto { before, after },
            declined: BeforeAfterDto {
                before: asked - before,
                after: asked - after,
            },
            changed: changed.into_iter().map(Into::into).collect(),
            truncated,
            limits: LIMITS.to_owned(),
        }
    }
}

impl From<Tested> for ChangedDto {
    fn from(tested: Tested) -> Self {
        let Tested {
            card_id,
            amount,
            at,
            replayed,
        } = tested;
        let Replayed {
            authorization,
            recorded,
            replayed,
            reasons,
        } = replayed;
        let amount: Money = amount;
        Self {
            authorization_id: authorization.to_string(),
            card_id: card_id.to_string(),
            amount: amount.into(),
            at: at.to_string(),
            before: recorded.to_string(),
            after: replayed.to_string(),
            reasons: reasons.into_iter().map(Into::into).collect(),
        }
    }
}
