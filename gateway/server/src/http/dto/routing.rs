use cardmux_domain::routing::{Candidate, Exclusion, FailedAttempt, Routing};
use serde::Serialize;
use utoipa::ToSchema;

use super::open;
use crate::routing::{Decision, Skipped};

/// How a card came to its issuer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Routing)]
pub struct RoutingDto {
    /// The tenant's rule that decided; `default` where there are no rules.
    #[schema(example = "eu virtual")]
    pub rule: String,
    pub candidates: Vec<CandidateDto>,
    pub excluded: Vec<ExclusionDto>,
    /// Issuers that were tried before the card's, and certainly did nothing.
    pub failed: Vec<FailedAttemptDto>,
}

/// An issuer that could serve the request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoutingCandidate)]
pub struct CandidateDto {
    #[schema(example = "fincard_main")]
    pub instance: String,
    #[schema(example = "ctype_01k9zr3m5wf0ks1b2c3d4e5f6g")]
    pub type_id: String,
    #[schema(value_type = open::RoutingRole)]
    pub role: String,
    /// Its part of such requests in per cent, among those that could serve this one; null for one that
    /// only steps in.
    #[schema(example = 70.0)]
    pub share: Option<f64>,
}

/// An issuer or card type that could not serve the request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoutingExclusion)]
pub struct ExclusionDto {
    pub instance: String,
    /// Null where the whole instance is out.
    pub type_id: Option<String>,
    #[schema(value_type = open::ExclusionReason)]
    pub reason: String,
    pub detail: String,
}

/// An issuer that was tried and certainly did nothing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoutingFailure)]
pub struct FailedAttemptDto {
    pub instance: String,
    pub type_id: String,
    pub operation_id: String,
    /// The code of the operation's failure.
    #[schema(value_type = open::ProblemCode)]
    pub code: String,
    /// Never `unknown`: then nobody else is tried.
    #[schema(value_type = open::Outcome)]
    pub outcome: String,
}

/// What would become of a request now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoutingExplanation)]
pub struct ExplanationDto {
    /// The rule that decides; null where none is about such a request, and where the request names its
    /// card type.
    pub rule: Option<String>,
    /// Whom the request would go to; null where nobody can serve it.
    pub chosen: Option<CandidateDto>,
    /// All that could serve it: the chosen one, the others, then those that step in, in order.
    pub candidates: Vec<CandidateDto>,
    pub excluded: Vec<ExclusionDto>,
    /// The rules before it, which are not about such a request.
    pub skipped_rules: Vec<SkippedRuleDto>,
}

/// A rule that is not about such a request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SkippedRule)]
pub struct SkippedRuleDto {
    pub rule: String,
    /// The first of its conditions that is not met, by its name in the configuration.
    #[schema(example = "currency")]
    pub unmet: String,
}

impl From<Routing> for RoutingDto {
    fn from(routing: Routing) -> Self {
        let Routing {
            rule,
            request: _,
            candidates,
            excluded,
            failed,
        } = routing;
        Self {
            rule,
            candidates: candidates.into_iter().map(Into::into).collect(),
            excluded: excluded.into_iter().map(Into::into).collect(),
            failed: failed.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Candidate> for CandidateDto {
    fn from(candidate: Candidate) -> Self {
        let Candidate {
            instance,
            type_id,
            role,
            share,
        } = candidate;
        Self {
            instance: instance.to_string(),
            type_id: type_id.to_string(),
            role: role.to_string(),
            share: share.map(|share| f64::from(share) / 100.0),
        }
    }
}

impl From<Exclusion> for ExclusionDto {
    fn from(exclusion: Exclusion) -> Self {
        let Exclusion {
            instance,
            type_id,
            reason,
            detail,
        } = exclusion;
        Self {
            instance: instance.to_string(),
            type_id: type_id.map(|id| id.to_string()),
            reason: reason.to_string(),
            detail,
        }
    }
}

impl From<FailedAttempt> for FailedAttemptDto {
    fn from(attempt: FailedAttempt) -> Self {
        let FailedAttempt {
            instance,
            type_id,
            operation_id,
            code,
            outcome,
        } = attempt;
        Self {
            instance: instance.to_string(),
            type_id: type_id.to_string(),
            operation_id: operation_id.to_string(),
            code,
            outcome: outcome.to_string(),
        }
    }
}

impl From<Decision> for ExplanationDto {
    fn from(decision: Decision) -> Self {
        let chosen = decision.chosen().cloned().map(Into::into);
        let Decision {
            rule,
            skipped,
            candidates,
            excluded,
        } = decision;
        let skipped = skipped
            .into_iter()
            .map(|Skipped { rule, unmet }| SkippedRuleDto {
                rule,
                unmet: unmet.to_owned(),
            });
        Self {
            rule,
            chosen,
            candidates: candidates.into_iter().map(Into::into).collect(),
            excluded: excluded.into_iter().map(Into::into).collect(),
            skipped_rules: skipped.collect(),
        }
    }
}
