//! The wiring list of provider kinds, and the instances configuration makes of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use cardmux_domain::id::InstanceId;
use cardmux_domain::provider::Provider;
use cardmux_emulator_kit::{EmulatorError, Options, Running};
use cardmux_provider_kit::settings::SettingsProblem;
use futures::future::BoxFuture;
use serde_json::Value;

use super::{Guard, GuardLimits, Instance};
use crate::config::{Finding, Mode, ProviderSettings};

type Build = fn(Value) -> Result<Arc<dyn Provider>, Vec<SettingsProblem>>;
type Emulate = fn(Options, &Value) -> BoxFuture<'static, Result<Running, EmulatorError>>;

/// A kind of provider: how to build its adapter, and how to start its emulator where it has one.
pub struct Kind {
    pub name: &'static str,
    build: Build,
    emulate: Option<Emulate>,
}

/// Every provider there is. Adding one is adding a line.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    Kind { name: "bfinance", build: cardmux_provider_bfinance::build, emulate: Some(|o, s| Box::pin(cardmux_emulator_bfinance::start(o, cardmux_emulator_bfinance::BfinanceOptions::from_settings(s)))) },
    Kind { name: "fincard", build: cardmux_provider_fincard::build, emulate: Some(|o, s| Box::pin(cardmux_emulator_fincard::start(o, cardmux_emulator_fincard::FincardOptions::from_settings(s)))) },
    Kind { name: "finci", build: cardmux_provider_finci::build, emulate: Some(|o, s| Box::pin(cardmux_emulator_finci::start(o, cardmux_emulator_finci::FinciOptions::from_settings(s)))) },
    Kind { name: "finup", build: cardmux_provider_finup::build, emulate: Some(|o, s| Box::pin(cardmux_emulator_finup::start(o, cardmux_emulator_finup::FinupOptions::from_settings(s)))) },
    Kind { name: "mock", build: cardmux_provider_mock::build, emulate: None },
];

pub fn kind_names() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.name).collect()
}

/// The kinds that have an emulator.
pub fn emulated_kinds() -> Vec<&'static str> {
    KINDS
        .iter()
        .filter(|kind| kind.emulate.is_some())
        .map(|kind| kind.name)
        .collect()
}

fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Start the emulator of a kind; `None` where the kind has none.
pub async fn emulate(
    name: &str,
    options: Options,
    settings: &Value,
) -> Option<Result<Running, EmulatorError>> {
    let start = kind(name)?.emulate?;
    Some(start(options, settings).await)
}

/// The provider instances of this gateway.
#[derive(Default)]
pub struct Registry(BTreeMap<InstanceId, Configured>);

struct Configured {
    /// What the instance was made of.
    settings: ProviderSettings,
    instance: Arc<Instance>,
}

/// Settings an adapter refused.
#[derive(Debug)]
pub struct RefusedSettings {
    pub instance: InstanceId,
    pub problems: Vec<SettingsProblem>,
}

impl RefusedSettings {
    /// Each problem by its key in the configuration.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        let Self { instance, problems } = self;
        problems.iter().map(move |problem| Finding {
            key: format!("providers.{instance}.settings.{}", problem.path),
            what: problem.problem.clone(),
            hint: None,
        })
    }
}

impl Registry {
    /// Build every instance, or say everything that is wrong with any of them.
    pub fn build(
        providers: &BTreeMap<InstanceId, ProviderSettings>,
    ) -> Result<Self, Vec<RefusedSettings>> {
        Self::default().followed_by(providers)
    }

    /// The same for what follows. An instance whose settings are the same is the same object, with
    /// its connections, its circuit and what it counts.
    pub fn followed_by(
        &self,
        providers: &BTreeMap<InstanceId, ProviderSettings>,
    ) -> Result<Self, Vec<RefusedSettings>> {
        let mut instances = BTreeMap::new();
        let mut refused = Vec::new();
        for (id, settings) in providers {
            let known = self.0.get(id).filter(|known| known.settings == *settings);
            let instance = match known {
                Some(known) => Ok(Arc::clone(&known.instance)),
                None => build_instance(id, settings).map(Arc::new),
            };
            match instance {
                Ok(instance) => {
                    let settings = settings.clone();
                    instances.insert(id.clone(), Configured { settings, instance });
                }
                Err(problems) => refused.push(RefusedSettings {
                    instance: id.clone(),
                    problems,
                }),
            }
        }
        if refused.is_empty() {
            Ok(Self(instances))
        } else {
            Err(refused)
        }
    }

    pub fn get(&self, id: &InstanceId) -> Option<&Instance> {
        self.0
            .get(id)
            .map(|configured| configured.instance.as_ref())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Instance> {
        self.0
            .values()
            .map(|configured| configured.instance.as_ref())
    }

    /// Whether both have the instance, as the same object.
    pub fn shares(&self, other: &Self, id: &InstanceId) -> bool {
        let both = self.0.get(id).zip(other.0.get(id));
        both.is_some_and(|(one, another)| Arc::ptr_eq(&one.instance, &another.instance))
    }
}

#[cfg(test)]
impl Registry {
    /// Of an instance no configuration could describe.
    pub fn of(instance: Instance) -> Self {
        let settings = serde_json::json!({ "kind": instance.provider.kind() });
        let settings = serde_json::from_value(settings).unwrap();
        let id = instance.id.clone();
        let instance = Arc::new(instance);
        Self([(id, Configured { settings, instance })].into())
    }
}

fn build_instance(
    id: &InstanceId,
    settings: &ProviderSettings,
) -> Result<Instance, Vec<SettingsProblem>> {
    let Some(kind) = kind(&settings.kind) else {
        let problem = format!(
            "is not a provider kind; known are {}",
            kind_names().join(", ")
        );
        return Err(vec![SettingsProblem {
            path: "kind".to_owned(),
            problem,
        }]);
    };
    let mut own = settings.settings.to_value();
    if let (Mode::Playground, Some(table)) = (settings.mode, own.as_object_mut()) {
        // For the emulator beside it; to an adapter it is an unknown setting.
        table.remove("emulator");
    }
    let provider = (kind.build)(own)?;
    let limits = GuardLimits {
        concurrency: settings.concurrency,
        rate_per_second: std::num::NonZeroU32::new(settings.rate_per_second),
        attempts: usize::try_from(settings.attempts).unwrap_or(usize::MAX),
        attempt_timeout: settings.attempt_timeout,
        breaker_failures: settings.breaker_failures,
        breaker_open: settings.breaker_open,
    };
    let guard = Guard::new(id.as_str(), provider.traits().create_key, limits);
    Ok(Instance::new(
        id.clone(),
        provider,
        guard,
        settings.webhook_networks.clone(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Settings, Sources};

    fn providers(rates: &[(&str, u32)]) -> BTreeMap<InstanceId, ProviderSettings> {
        let tables = rates.iter().map(|(name, rate)| {
            let table = serde_json::json!({ "kind": "mock", "rate_per_second": rate });
            ((*name).to_owned(), table)
        });
        let tables: serde_json::Map<_, _> = tables.collect();
        let sources = Sources {
            overrides: serde_json::json!({ "providers": tables }),
            ..Sources::default()
        };
        Settings::load(sources, &kind_names()).unwrap().providers
    }

    #[test]
    fn what_did_not_change_is_the_same_object() {
        let before =
            Registry::build(&providers(&[("same", 1), ("other", 1), ("gone", 1)])).unwrap();
        let after = before
            .followed_by(&providers(&[("same", 1), ("other", 2), ("new", 1)]))
            .unwrap();
        let shares = |name: &str| before.shares(&after, &name.parse().unwrap());
        assert!(shares("same"));
        assert!(!shares("other") && !shares("gone") && !shares("new"));
        let names: Vec<_> = after.iter().map(|i| i.id.as_str()).collect();
        assert_eq!(names, ["new", "other", "same"]);
    }
}
