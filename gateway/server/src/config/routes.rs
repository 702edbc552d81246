use std::collections::BTreeMap;

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::customer::CustomerKind;
use cardmux_domain::id::InstanceId;
use cardmux_domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use super::check::{Check, nearest};
use super::fields;

/// `[[tenants.<name>.routes]]`: which issuer serves which requests. The first rule whose conditions all
/// hold decides.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Shown with each card it routed.
    pub name: String,
    #[serde(default)]
    pub when: When,
    /// Served by one of these, by weight; the same customer by the same one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choose: Vec<Arm>,
    /// Step in, in this order, where none of `choose` can serve, or where the chosen one did nothing.
    #[serde(default, with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<InstanceId>,
    /// Evidence in place of the weights.
    #[serde(
        default,
        with = "fields::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub prefer: Option<Prefer>,
    /// How far back the evidence goes.
    #[serde(default = "prefer_window")]
    pub prefer_window_minutes: u32,
    /// What every one of `choose` gets, in per cent, so that there is evidence about it.
    #[serde(default = "min_share")]
    pub min_share: u32,
}

/// Conditions; those left out always hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub model: Vec<CardModel>,
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<CardForm>,
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub currency: Vec<Currency>,
    /// Country of issue.
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub country: Vec<String>,
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub brand: Vec<String>,
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub customer_country: Vec<String>,
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub customer_type: Vec<CustomerKind>,
    /// The initial balance: `"50.00 EUR"`, both ends included.
    #[serde(
        with = "fields::optional_money",
        skip_serializing_if = "Option::is_none"
    )]
    pub amount_min: Option<Money>,
    #[serde(
        with = "fields::optional_money",
        skip_serializing_if = "Option::is_none"
    )]
    pub amount_max: Option<Money>,
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub label: Vec<String>,
    /// Every one of these entries.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Calls to all of these get through.
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub healthy: Vec<InstanceId>,
    /// The circuit to one of these is open.
    #[serde(with = "fields::list", skip_serializing_if = "Vec::is_empty")]
    pub unhealthy: Vec<InstanceId>,
}

/// An instance and its weight among the others.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    #[serde(with = "fields::text")]
    pub instance: InstanceId,
    #[serde(default = "weight")]
    pub weight: u32,
    /// The provider's id of the card type, where not just any that fits.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub card_type: Option<String>,
}

/// Which evidence decides among `choose`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Prefer {
    /// The smallest fee for issuing.
    Cost,
    /// The largest part of cards that were issued.
    Success,
    /// The shortest time until a card was issued.
    Latency,
}

const NAME_MAX: usize = 100;
const ROUTES_MAX: usize = 1000;
const ARMS_MAX: usize = 32;

fn weight() -> u32 {
    1
}

fn prefer_window() -> u32 {
    24 * 60
}

fn min_share() -> u32 {
    5
}

pub(super) fn check(key: &str, routes: &[Route], instances: &[InstanceId], check: &mut Check<'_>) {
    if routes.len() > ROUTES_MAX {
        let hint = Some("they are gone through one by one".into());
        check.problem(key, format!("has more than {ROUTES_MAX} rules"), hint);
    }
    let mut names = std::collections::BTreeSet::new();
    for (index, route) in routes.iter().enumerate() {
        let key = format!("{key}.{index}");
        if route.name.trim().is_empty() || route.name.chars().count() > NAME_MAX {
            let what = format!("must have 1 to {NAME_MAX} characters");
            check.problem(&format!("{key}.name"), what, None);
        } else if !names.insert(route.name.as_str()) {
            let hint = Some("cards tell their rule by its name".into());
            let what = format!("`{}` names two rules", route.name);
            check.problem(&format!("{key}.name"), what, hint);
        }
        route.check(&key, instances, check);
    }
}

impl Route {
    fn check(&self, key: &str, instances: &[InstanceId], check: &mut Check<'_>) {
        let Self {
            name: _,
            when,
            choose,
            fallback,
            prefer: _,
            prefer_window_minutes,
            min_share,
        } = self;
        if choose.is_empty() && fallback.is_empty() {
            let hint = Some("name instances in `choose` or `fallback`".into());
            check.problem(key, "names nobody who could serve", hint);
        }
        if choose.len() > ARMS_MAX || fallback.len() > ARMS_MAX {
            check.problem(key, format!("names more than {ARMS_MAX} instances"), None);
        }
        let mut known = |key: String, instance: &InstanceId| {
            if !instances.contains(instance) {
                let names: Vec<&str> = instances.iter().map(InstanceId::as_str).collect();
                let hint = match nearest(instance.as_str(), &names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "a rule names the tenant's own `instances` only".to_owned(),
                };
                let what = format!("names `{instance}`, which the tenant may not use");
                check.problem(&key, what, Some(hint));
            }
        };
        for (index, arm) in choose.iter().enumerate() {
            known(format!("{key}.choose.{index}.instance"), &arm.instance);
        }
        for instance in fallback {
            known(format!("{key}.fallback"), instance);
        }
        for instance in &when.healthy {
            known(format!("{key}.when.healthy"), instance);
        }
        for instance in &when.unhealthy {
            known(format!("{key}.when.unhealthy"), instance);
        }
        let twice = |at: usize, arm: &Arm| {
            choose
                .iter()
                .skip(at + 1)
                .any(|other| other.instance == arm.instance && other.card_type == arm.card_type)
        };
        for (index, arm) in choose.iter().enumerate() {
            if twice(index, arm) {
                check.problem(
                    &format!("{key}.choose"),
                    format!("names `{}` twice", arm.instance),
                    None,
                );
            }
            check.range(
                &format!("{key}.choose.{index}.weight"),
                u128::from(arm.weight),
                1..=10_000,
                "to stop issuing at an instance take it out of the rule, or set `issuing_paused`",
            );
        }
        check.range(
            &format!("{key}.prefer_window_minutes"),
            u128::from(*prefer_window_minutes),
            1..=60 * 24 * 30,
            "older evidence says little about now, and all of it is summed",
        );
        let arms = u32::try_from(choose.len()).unwrap_or(u32::MAX).max(1);
        check.range(
            &format!("{key}.min_share"),
            u128::from(*min_share),
            0..=u64::from(100 / arms),
            "all of `choose` together get 100 per cent",
        );
        let currencies = [when.amount_min, when.amount_max].map(|m| m.map(|m| m.currency));
        if let [Some(min), Some(max)] = currencies
            && min != max
        {
            check.problem(
                &format!("{key}.when.amount_max"),
                "is in another currency than amount_min",
                None,
            );
        }
    }
}
