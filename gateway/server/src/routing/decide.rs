//! From a request to its issuers.

use std::sync::Arc;

use cardmux_domain::card_type::CardType;
use cardmux_domain::id::{CardTypeId, InstanceId};
use cardmux_domain::money::Decimal;
use cardmux_domain::routing::{Candidate, Exclusion, ExclusionReason, Role};

use super::{Asked, Decision, Places, Skipped, choose, evidence, when};
use crate::config::Route;

/// The name of the rule of a tenant that has none: its instances, in the order they are declared.
pub const DEFAULT_RULE: &str = "default";

/// Card types of one instance whose exclusion is told one by one.
const TOLD_OF_INSTANCE: usize = 8;

/// The first rule whose conditions hold decides, also where nobody it names can serve.
pub fn decide(
    routes: &[Route],
    instances: &[InstanceId],
    asked: &Asked<'_>,
    places: &impl Places,
) -> Decision {
    let mut search = Search {
        asked,
        places,
        candidates: Vec::new(),
        excluded: Vec::new(),
    };
    let mut skipped = Vec::new();
    if routes.is_empty() {
        search.step_in(instances);
        return search.decided(DEFAULT_RULE, skipped);
    }
    for route in routes {
        if let Some(unmet) = when::unmet(&route.when, asked, places) {
            skipped.push(Skipped {
                rule: route.name.clone(),
                unmet,
            });
            continue;
        }
        search.choose(route);
        search.step_in(&route.fallback);
        return search.decided(&route.name, skipped);
    }
    Decision {
        rule: None,
        skipped,
        candidates: Vec::new(),
        excluded: Vec::new(),
    }
}

struct Search<'a, P> {
    asked: &'a Asked<'a>,
    places: &'a P,
    candidates: Vec<Candidate>,
    excluded: Vec<Exclusion>,
}

impl<'a, P: Places> Search<'a, P> {
    /// Those who share the requests: one is chosen, by weight or evidence.
    fn choose(&mut self, route: &'a Route) {
        let mut open: Vec<(&'a Arc<CardType>, u32)> = Vec::with_capacity(route.choose.len());
        for arm in &route.choose {
            let found = self.best_type(&arm.instance, arm.card_type.as_deref());
            open.extend(found.map(|card_type| (card_type, arm.weight)));
        }
        if let Some(weights) = self.evident(route, &open) {
            for ((_, weight), evident) in open.iter_mut().zip(weights) {
                *weight = evident;
            }
        }
        let arms = open.iter().map(|(card_type, weight)| {
            (
                card_type.instance.as_str(),
                card_type.spec.provider_ref.as_str(),
                *weight,
            )
        });
        let winner = choose::winner(self.asked.sticky, arms);
        let total: u64 = open.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let candidates = open.iter().enumerate().map(|(at, (card_type, weight))| {
            let share = u64::from(*weight) * 10_000 / total.max(1);
            let role = match winner == Some(at) {
                true => Role::Chosen,
                false => Role::NotChosen,
            };
            candidate(card_type, role, u32::try_from(share).ok())
        });
        self.candidates.extend(candidates);
        self.candidates.sort_by_key(|c| c.role != Role::Chosen);
    }

    fn evident(&self, route: &Route, open: &[(&'a Arc<CardType>, u32)]) -> Option<Vec<u32>> {
        let arms = open.iter().map(|(card_type, _)| evidence::Arm {
            card_type: card_type.as_ref(),
            evidence: self
                .places
                .evidence(&card_type.instance, route.prefer_window_minutes),
        });
        let arms: Vec<evidence::Arm<'_>> = arms.collect();
        evidence::weights(route.prefer?, route.min_share, &arms)
    }

    /// Those who step in; the first one is chosen where nobody was.
    fn step_in(&mut self, instances: &'a [InstanceId]) {
        for instance in instances {
            let Some(card_type) = self.best_type(instance, None) else {
                continue;
            };
            let mut tried = self.candidates.iter().filter(|c| c.role != Role::NotChosen);
            if tried.any(|candidate| candidate.type_id == card_type.id) {
                continue;
            }
            let role = match self.candidates.iter().any(|c| c.role == Role::Chosen) {
                true => Role::Fallback,
                false => Role::Chosen,
            };
            self.candidates.push(candidate(card_type, role, None));
        }
    }

    /// The cheapest type of the instance that can serve; what cannot is noted.
    fn best_type(
        &mut self,
        instance: &InstanceId,
        wanted: Option<&str>,
    ) -> Option<&'a Arc<CardType>> {
        let places = self.places;
        if let Some((reason, detail)) = places.closed(instance) {
            self.exclude(instance, None, reason, detail);
            return None;
        }
        if places.types(instance).is_empty() {
            let detail = "its card types could not be read yet".to_owned();
            self.exclude(instance, None, ExclusionReason::TypesUnknown, detail);
            return None;
        }
        let fits = |card_type: &&'a Arc<CardType>| {
            wanted.is_none_or(|wanted| wanted == card_type.spec.provider_ref)
                && self.asked.wish.fits(&card_type.spec)
        };
        let fitting: Vec<&'a Arc<CardType>> = places.types(instance).iter().filter(fits).collect();
        if fitting.is_empty() {
            let detail = match wanted {
                Some(wanted) => {
                    format!("its card type `{wanted}` is not there, or not what is wished for")
                }
                None => "none of its card types is what is wished for".to_owned(),
            };
            self.exclude(instance, None, ExclusionReason::NoMatchingType, detail);
            return None;
        }
        let mut best: Option<&'a Arc<CardType>> = None;
        let mut told = 0;
        for card_type in fitting {
            match places.unfit(card_type) {
                None if best.is_none_or(|best| cheaper(card_type, best)) => best = Some(card_type),
                None => {}
                Some((reason, detail)) if told < TOLD_OF_INSTANCE => {
                    told += 1;
                    self.exclude(instance, Some(card_type), reason, detail);
                }
                Some(_) => {}
            }
        }
        best
    }

    fn exclude(
        &mut self,
        instance: &InstanceId,
        card_type: Option<&Arc<CardType>>,
        reason: ExclusionReason,
        detail: String,
    ) {
        let type_id = card_type.map(|card_type| card_type.id);
        let same =
            |e: &Exclusion| e.instance == *instance && e.type_id == type_id && e.reason == reason;
        // An instance may be named in `choose` and in `fallback`.
        if !self.excluded.iter().any(same) {
            self.excluded.push(Exclusion {
                instance: instance.clone(),
                type_id,
                reason,
                detail,
            });
        }
    }

    fn decided(self, rule: &str, skipped: Vec<Skipped>) -> Decision {
        Decision {
            rule: Some(rule.to_owned()),
            skipped,
            candidates: self.candidates,
            excluded: self.excluded,
        }
    }
}

fn candidate(card_type: &CardType, role: Role, share: Option<u32>) -> Candidate {
    Candidate {
        instance: card_type.instance.clone(),
        type_id: card_type.id,
        role,
        share,
    }
}

/// By the fee for issuing; a fee that is not known is none. Then by name, so that all nodes agree.
fn cheaper(one: &CardType, other: &CardType) -> bool {
    by_fee(one) < by_fee(other)
}

fn by_fee(card_type: &CardType) -> (Decimal, &str, CardTypeId) {
    let fee = card_type.spec.issue_fee.map(|fee| fee.amount);
    (fee.unwrap_or_default(), &card_type.spec.name, card_type.id)
}
