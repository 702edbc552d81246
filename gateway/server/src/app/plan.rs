//! What another configuration would change, before it is applied: tenants, rules, and where the
//! requests of the last days would have gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cardmux_domain::card::Card;
use cardmux_domain::card_type::CardType;
use cardmux_domain::id::{CardId, InstanceId, TenantId};
use cardmux_domain::provider::PersonName;
use cardmux_domain::routing::{Role, Routing};
use cardmux_domain::secret::SecretString;
use cardmux_domain::time::Timestamp;

use super::cards::{IssueRequest, Named, Situation, Target};
use super::{AppError, Tenant, evidence};
use crate::providers::Registry;
use crate::routing::Decision;
use crate::security::Vault;
use crate::store::card_types::CardTypeFilter;
use crate::store::{self, Store};

/// Requests of one tenant that are decided again at most; the newest are left out.
const REQUESTS_MAX: usize = 100_000;
/// Cards read at a time.
const PAGE: u64 = 1_000;

/// The issuers and tenants of the configuration that is planned.
pub struct Planned<'a> {
    pub store: &'a Store,
    pub vault: &'a Vault,
    pub registry: &'a Registry,
    pub issuing_paused: &'a BTreeSet<InstanceId>,
}

/// What would become of one tenant's requests.
#[derive(Debug, Default)]
pub struct Effect {
    /// Requests that said what the card should be.
    pub requests: u64,
    /// Those whose first choice would be another issuer, by that choice and the one before. `None`:
    /// nobody could serve it.
    pub moves: BTreeMap<(InstanceId, Option<InstanceId>), u64>,
    /// Each card that would have gone elsewhere, and where.
    pub cards: Vec<(CardId, Option<InstanceId>)>,
    /// Requests that named a card type of an instance the tenant no longer has.
    pub refused: u64,
    /// There were more requests than are decided again.
    pub capped: bool,
}

impl Effect {
    pub fn moved(&self) -> u64 {
        self.moves.values().sum()
    }
}

/// Decide the tenant's requests since then again, as the planned rules would: with card types,
/// enrolments and budgets as they are now, and every issuer well.
pub async fn effect(
    planned: &Planned<'_>,
    tenant: &Tenant,
    since: Timestamp,
) -> Result<Effect, AppError> {
    let situation = situation(planned, tenant).await?;
    let mut effect = Effect::default();
    let mut after = None;
    let mut seen = 0;
    loop {
        let cards = store::routing::cards_since(planned.store, &tenant.id, since, after, PAGE);
        let cards = cards.await?;
        for card in &cards {
            seen += 1;
            if seen > REQUESTS_MAX {
                effect.capped = true;
                return Ok(effect);
            }
            again(planned, tenant, &situation, card, &mut effect).await?;
        }
        match cards.last() {
            Some(last) => after = Some(last.id),
            None => return Ok(effect),
        }
    }
}

async fn situation<'a>(planned: &Planned<'a>, tenant: &Tenant) -> Result<Situation<'a>, AppError> {
    let every = CardTypeFilter::default();
    let mut catalogue = BTreeMap::new();
    for instance in &tenant.instances {
        let of_one = std::slice::from_ref(instance);
        let types = store::card_types::list(planned.store, of_one, &every);
        let types: Vec<Arc<CardType>> = types.await?.into_iter().map(Arc::new).collect();
        catalogue.insert(instance.clone(), Arc::new(types));
    }
    Ok(Situation {
        registry: planned.registry,
        issuing_paused: planned.issuing_paused,
        health_counts: false,
        catalogue,
        evidence: evidence::read(planned.store, tenant).await?,
    })
}

async fn again(
    planned: &Planned<'_>,
    tenant: &Tenant,
    situation: &Situation<'_>,
    card: &Card,
    effect: &mut Effect,
) -> Result<(), AppError> {
    let Some(routing) = &card.routing else {
        effect.refused += u64::from(!tenant.instances.contains(&card.instance));
        return Ok(());
    };
    let before = routing.candidates.iter().find(|c| c.role == Role::Chosen);
    let Some(before) = before.map(|candidate| candidate.instance.clone()) else {
        return Ok(());
    };
    effect.requests += 1;
    let decision = decide(planned, tenant, situation, card, routing).await?;
    let now = decision
        .chosen()
        .map(|candidate| candidate.instance.clone());
    if now.as_ref() != Some(&before) {
        effect.cards.push((card.id, now.clone()));
        *effect.moves.entry((before, now)).or_default() += 1;
    }
    Ok(())
}

async fn decide(
    planned: &Planned<'_>,
    tenant: &Tenant,
    situation: &Situation<'_>,
    card: &Card,
    routing: &Routing,
) -> Result<Decision, AppError> {
    let wanted = request_of(card, routing);
    let (customer, budget) = (wanted.customer_id, wanted.budget_id);
    let named = Named::by(planned.store, &tenant.id, customer, budget).await?;
    let wish = &routing.request.wish;
    situation.decision(tenant, wish, &wanted, &named, planned.vault)
}

/// The request as far as rules and card types look at it.
fn request_of(card: &Card, routing: &Routing) -> IssueRequest {
    let request = &routing.request;
    // Neither was kept; that there was one is all that counts.
    let cardholder = request.has_cardholder.then(|| PersonName {
        first_name: SecretString::from("Somebody"),
        last_name: SecretString::from("Somebody"),
    });
    let card_number = request
        .has_card_number
        .then(|| SecretString::from("0000000000000000"));
    IssueRequest {
        target: Target::Wish(request.wish.clone()),
        customer_id: card.customer_id,
        budget_id: card.budget_id,
        card_number,
        cardholder,
        initial_balance: request.amount,
        label: card.label.clone(),
        external_id: card.external_id.clone(),
        metadata: card.metadata.clone(),
        enrol: request.enrol,
    }
}

/// How the rules of a tenant differ, by their names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RuleChanges {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub changed: Vec<String>,
    /// The same rules are asked in another order.
    pub reordered: bool,
}

/// From one tenant's rules to the other's.
pub fn rule_changes(before: &Tenant, after: &Tenant) -> RuleChanges {
    let named = |tenant: &Tenant, name: &str| {
        let route = tenant.routes.iter().find(|route| route.name == name);
        route.cloned()
    };
    let mut changes = RuleChanges::default();
    for route in &after.routes {
        match named(before, &route.name) {
            None => changes.added.push(route.name.clone()),
            Some(old) if old != *route => changes.changed.push(route.name.clone()),
            Some(_) => {}
        }
    }
    let gone = before
        .routes
        .iter()
        .filter(|r| named(after, &r.name).is_none());
    changes.removed = gone.map(|route| route.name.clone()).collect();
    let order = |of: &Tenant, other: &Tenant| -> Vec<String> {
        let both = of.routes.iter().filter(|r| named(other, &r.name).is_some());
        both.map(|route| route.name.clone()).collect()
    };
    changes.reordered = order(before, after) != order(after, before);
    changes
}

/// A tenant both configurations have, one of them, or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Added,
    Removed,
    Kept,
}

/// All tenants of either configuration.
pub fn tenants<'a>(
    before: &'a BTreeMap<TenantId, Arc<Tenant>>,
    after: &'a BTreeMap<TenantId, Arc<Tenant>>,
) -> BTreeMap<&'a TenantId, Presence> {
    let all = before.keys().chain(after.keys());
    all.map(|id| {
        let presence = match (before.contains_key(id), after.contains_key(id)) {
            (true, true) => Presence::Kept,
            (true, false) => Presence::Removed,
            (false, _) => Presence::Added,
        };
        (id, presence)
    })
    .collect()
}
