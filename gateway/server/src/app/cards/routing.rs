//! Who serves a request that names no card type: what is known of the issuers, and what is kept of the
//! answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cardmux_domain::card_type::CardType;
use cardmux_domain::customer::{CustomerField, CustomerKind};
use cardmux_domain::id::{CardTypeId, InstanceId, fresh, kind};
use cardmux_domain::operation::OperationKind;
use cardmux_domain::routing::{ExclusionReason, RoutedRequest, Routing, Wish};

use super::issue::check;
use super::needs::{self, Enrolled, Named, enrolled};
use super::{IssueRequest, Target, rules};
use crate::app::{App, AppError, FieldProblem, Place, Tenant, card_types, evidence};
use crate::config::Route;
use crate::profile;
use crate::providers::Registry;
use crate::routing::{Asked, Decision, Evidence, Obstacle, Places, decide};
use crate::security::Vault;

/// What is known of a tenant's issuers, whatever the request.
pub(in crate::app) struct Situation<'a> {
    pub registry: &'a Registry,
    pub issuing_paused: &'a BTreeSet<InstanceId>,
    /// Whether an open circuit counts: it does not for what might have been.
    pub health_counts: bool,
    pub catalogue: BTreeMap<InstanceId, Arc<Vec<Arc<CardType>>>>,
    /// By the minutes it goes back.
    pub evidence: BTreeMap<u32, Arc<BTreeMap<InstanceId, Evidence>>>,
}

pub(super) async fn situation<'a>(
    app: &'a App,
    tenant: &Tenant,
) -> Result<Situation<'a>, AppError> {
    Ok(Situation {
        registry: &app.registry,
        issuing_paused: &app.issuing_paused,
        health_counts: true,
        catalogue: card_types::offered(app, &tenant.instances).await?,
        evidence: evidence::lately(app, tenant).await?,
    })
}

/// What would become of the request: who would serve it and who not. Nothing is done.
pub async fn explain(
    app: &App,
    tenant: &Tenant,
    wanted: &IssueRequest,
) -> Result<Decision, AppError> {
    let customer = wanted.customer_id;
    let named = Named::by(&app.store, &tenant.id, customer, wanted.budget_id).await?;
    let problems = problems(wanted, &named);
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    let situation = situation(app, tenant).await?;
    match &wanted.target {
        Target::Wish(wish) => situation.decision(tenant, wish, wanted, &named, &app.vault),
        Target::Type(id) => situation.only(*id, wanted, &named),
    }
}

/// What is wrong with a request whoever serves it.
pub(super) fn problems(wanted: &IssueRequest, named: &Named) -> Vec<FieldProblem> {
    let mut problems = rules::texts(
        wanted.label.as_deref(),
        wanted.external_id.as_deref(),
        &wanted.metadata,
    );
    problems.extend(needs::unknown(wanted, named));
    problems
}

impl Situation<'_> {
    pub(super) fn card_type(&self, id: CardTypeId) -> Option<&Arc<CardType>> {
        let mut all = self.catalogue.values().flat_map(|types| types.iter());
        all.find(|card_type| card_type.id == id)
    }

    /// As [`Self::decision`], or the problem that nobody can serve it.
    pub(super) fn decide(
        &self,
        tenant: &Tenant,
        wish: &Wish,
        wanted: &IssueRequest,
        named: &Named,
        vault: &Vault,
    ) -> Result<Decision, AppError> {
        let decision = self.decision(tenant, wish, wanted, named, vault)?;
        match decision.chosen() {
            Some(_) => Ok(decision),
            None => Err(AppError::NoRoute(Box::new(decision))),
        }
    }

    pub(in crate::app) fn decision(
        &self,
        tenant: &Tenant,
        wish: &Wish,
        wanted: &IssueRequest,
        named: &Named,
        vault: &Vault,
    ) -> Result<Decision, AppError> {
        let customer = customer(&tenant.routes, named, vault)?;
        let sticky = sticky(wanted);
        let asked = Asked {
            wish,
            amount: wanted.initial_balance,
            customer_country: customer.country.as_deref(),
            customer_kind: customer.kind,
            label: wanted.label.as_deref(),
            metadata: &wanted.metadata,
            sticky: &sticky,
        };
        let request = ForRequest {
            situation: self,
            wanted,
            named,
        };
        Ok(decide(&tenant.routes, &tenant.instances, &asked, &request))
    }

    /// A request that names its type is routed by nobody; whether the type can serve it is told alike.
    fn only(
        &self,
        id: CardTypeId,
        wanted: &IssueRequest,
        named: &Named,
    ) -> Result<Decision, AppError> {
        let card_type = self.card_type(id).ok_or_else(|| {
            let detail = format!("card type `{id}` does not exist; GET /v1/card-types lists them");
            AppError::Invalid(vec![FieldProblem::body("/typeId", "unknown", detail)])
        })?;
        let request = ForRequest {
            situation: self,
            wanted,
            named,
        };
        Ok(Decision::of_one(card_type, &request))
    }
}

/// What rules may ask about a customer.
#[derive(Default)]
struct CustomerFacts {
    country: Option<String>,
    kind: Option<CustomerKind>,
}

/// Decrypted only where a rule asks.
fn customer(routes: &[Route], named: &Named, vault: &Vault) -> Result<CustomerFacts, AppError> {
    let Some(customer) = &named.customer else {
        return Ok(CustomerFacts::default());
    };
    let asks = |route: &Route| !route.when.customer_country.is_empty();
    let country = match routes.iter().any(asks) {
        true => {
            let profile = profile::open(vault, customer)?;
            profile
                .get(CustomerField::AddressCountry)
                .map(str::to_owned)
        }
        false => None,
    };
    Ok(CustomerFacts {
        country,
        kind: Some(customer.kind),
    })
}

/// The customer, else the client's own id of the card, else nothing lasting.
fn sticky(wanted: &IssueRequest) -> Vec<u8> {
    match (wanted.customer_id, &wanted.external_id) {
        (Some(customer), _) => customer.uuid().as_bytes().to_vec(),
        (None, Some(external_id)) => external_id.clone().into_bytes(),
        (None, None) => fresh::<kind::Request>().uuid().as_bytes().to_vec(),
    }
}

/// What is kept of the decision with the card.
pub(super) fn record(
    decision: &Decision,
    wish: &Wish,
    wanted: &IssueRequest,
) -> Result<Routing, AppError> {
    let rule = decision.rule.clone();
    Ok(Routing {
        rule: rule.ok_or(AppError::Internal("a decision with candidates has a rule"))?,
        request: RoutedRequest {
            wish: wish.clone(),
            amount: wanted.initial_balance,
            has_cardholder: wanted.cardholder.is_some(),
            has_card_number: wanted.card_number.is_some(),
            enrol: wanted.enrol,
        },
        candidates: decision.candidates.clone(),
        excluded: decision.excluded.clone(),
        failed: Vec::new(),
    })
}

/// The issuers as one request finds them.
struct ForRequest<'a> {
    situation: &'a Situation<'a>,
    wanted: &'a IssueRequest,
    named: &'a Named,
}

impl Places for ForRequest<'_> {
    fn types(&self, instance: &InstanceId) -> &[Arc<CardType>] {
        let types = self.situation.catalogue.get(instance);
        types.map_or(&[], |types| types.as_slice())
    }

    fn is_healthy(&self, instance: &InstanceId) -> bool {
        let found = self.situation.registry.get(instance);
        !self.situation.health_counts || found.is_some_and(|instance| instance.is_healthy())
    }

    fn closed(&self, instance: &InstanceId) -> Option<Obstacle> {
        let found = self.situation.registry.get(instance);
        if !found.is_some_and(|i| i.supports(OperationKind::Issue)) {
            let detail = "its adapter cannot issue cards".to_owned();
            return Some((ExclusionReason::Unsupported, detail));
        }
        if self.situation.issuing_paused.contains(instance) {
            let detail = "the operator has paused issuing there".to_owned();
            return Some((ExclusionReason::IssuingPaused, detail));
        }
        (!self.is_healthy(instance)).then(|| {
            let detail = "calls to it fail at the moment".to_owned();
            (ExclusionReason::CircuitOpen, detail)
        })
    }

    fn unfit(&self, card_type: &CardType) -> Option<Obstacle> {
        let Self {
            situation,
            wanted,
            named,
        } = self;
        if !card_type.is_available() {
            let detail = "the provider has it switched off".to_owned();
            return Some((ExclusionReason::TypeUnavailable, detail));
        }
        let mut problems = check(card_type, wanted);
        problems.extend(needs::problems(
            situation.registry,
            card_type,
            wanted,
            named,
        ));
        if let Some(problem) = problems.into_iter().next() {
            return Some(obstacle(problem));
        }
        if let Some(detail) = needs::closed_budget(named) {
            return Some((ExclusionReason::BudgetNotUsable, detail));
        }
        match enrolled(card_type, wanted, named) {
            Enrolled::NotNeeded | Enrolled::Approved(_) | Enrolled::Possible => None,
            Enrolled::Missing => {
                let detail = "the customer is not enrolled for it; send `enrol=auto`".to_owned();
                Some((ExclusionReason::EnrolmentMissing, detail))
            }
            Enrolled::NotApproved(enrolment) => {
                let detail = format!("enrolment `{}` is {}", enrolment.id, enrolment.status);
                Some((ExclusionReason::EnrolmentNotApproved, detail))
            }
        }
    }

    fn evidence(&self, instance: &InstanceId, minutes: u32) -> Option<&Evidence> {
        self.situation.evidence.get(&minutes)?.get(instance)
    }
}

/// A problem of the request with this type, as the reason why another one is taken.
fn obstacle(problem: FieldProblem) -> Obstacle {
    let FieldProblem {
        place,
        code: _,
        detail,
    } = problem;
    let at = match &place {
        Place::Pointer(pointer) => pointer.as_str(),
        Place::Parameter(_) | Place::Header(_) => "",
    };
    let reason = match at.split('/').nth(1) {
        Some("initialBalance") => ExclusionReason::AmountNotAccepted,
        Some("budgetId") => ExclusionReason::BudgetNotUsable,
        _ => ExclusionReason::RequirementNotMet,
    };
    (reason, format!("{at}: {detail}"))
}

#[cfg(test)]
mod tests;
