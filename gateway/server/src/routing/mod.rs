//! Which issuer and card type serve a request: decided in memory, from the tenant's rules and what is
//! known of the issuers at this moment. Says why, and why not the others.

mod choose;
mod decide;
mod evidence;
mod when;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use cardmux_domain::card_type::CardType;
use cardmux_domain::customer::CustomerKind;
use cardmux_domain::id::{CardTypeId, InstanceId};
use cardmux_domain::money::Money;
use cardmux_domain::routing::{Candidate, Exclusion, ExclusionReason, Role, Wish};

pub use decide::decide;
pub use evidence::Evidence;

/// What rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub wish: &'a Wish,
    /// The initial balance.
    pub amount: Option<Money>,
    pub customer_country: Option<&'a str>,
    pub customer_kind: Option<CustomerKind>,
    pub label: Option<&'a str>,
    pub metadata: &'a BTreeMap<String, String>,
    /// Requests with the same one go to the same issuer.
    pub sticky: &'a [u8],
}

/// What is known of the issuers.
pub trait Places {
    /// The card types of an instance, as last read.
    fn types(&self, instance: &InstanceId) -> &[Arc<CardType>];

    fn is_healthy(&self, instance: &InstanceId) -> bool;

    /// Why nothing is issued at the instance, if nothing is.
    fn closed(&self, instance: &InstanceId) -> Option<Obstacle>;

    /// Why this type cannot serve the request, if it cannot.
    fn unfit(&self, card_type: &CardType) -> Option<Obstacle>;

    /// What became of the cards issued there in the last minutes.
    fn evidence(&self, instance: &InstanceId, minutes: u32) -> Option<&Evidence>;
}

/// A reason, and the same for people.
pub type Obstacle = (ExclusionReason, String);

/// What was decided about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The name of the first rule whose conditions hold; `None` where none do.
    pub rule: Option<String>,
    /// The rules before it.
    pub skipped: Vec<Skipped>,
    /// The chosen one, the others, then those that step in, in order.
    pub candidates: Vec<Candidate>,
    pub excluded: Vec<Exclusion>,
}

/// A rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub rule: String,
    /// The first of its conditions that is not met, by its name in the configuration.
    pub unmet: &'static str,
}

impl Decision {
    /// About a request that names its card type, which no rule decides.
    pub fn of_one(card_type: &CardType, places: &impl Places) -> Self {
        let instance = &card_type.instance;
        let mut decision = Self {
            rule: None,
            skipped: Vec::new(),
            candidates: Vec::new(),
            excluded: Vec::new(),
        };
        match places.closed(instance).or_else(|| places.unfit(card_type)) {
            None => decision.candidates.push(Candidate {
                instance: instance.clone(),
                type_id: card_type.id,
                role: Role::Chosen,
                share: None,
            }),
            Some((reason, detail)) => decision.excluded.push(Exclusion {
                instance: instance.clone(),
                type_id: Some(card_type.id),
                reason,
                detail,
            }),
        }
        decision
    }

    /// Whom the request goes to.
    pub fn chosen(&self) -> Option<&Candidate> {
        self.candidates.iter().find(|c| c.role == Role::Chosen)
    }

    /// Whether somebody is out for a reason that passes by itself.
    pub fn may_pass(&self) -> bool {
        let passing = [
            ExclusionReason::CircuitOpen,
            ExclusionReason::IssuingPaused,
            ExclusionReason::TypesUnknown,
        ];
        self.excluded.iter().any(|e| passing.contains(&e.reason))
    }

    /// The card types that are tried, in order.
    pub fn tried(&self) -> impl Iterator<Item = CardTypeId> {
        let tried = self.candidates.iter().filter(|c| c.role != Role::NotChosen);
        tried.map(|candidate| candidate.type_id)
    }
}
