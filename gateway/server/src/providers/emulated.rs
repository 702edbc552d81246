use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cardmux_domain::id::InstanceId;
use ipnet::IpNet;
use serde_json::Value;

use super::emulated_kinds;
use crate::config::{Finding, Mode, PluginSettings, ProviderSettings, Settings};

/// The emulators of this process, and the instances that are pointed at them.
#[derive(Default)]
pub struct Emulated {
    running: BTreeMap<InstanceId, Emulation>,
    /// Whatever the instances' mode: nobody real is called.
    all: bool,
}

struct Emulation {
    kind: String,
    /// The settings the emulator was started for.
    wanted: PluginSettings,
    /// The same with what the emulator hands out.
    pointed: PluginSettings,
}

impl Emulated {
    /// For a configuration meant for real issuers, without them.
    pub fn all() -> Self {
        Self {
            all: true,
            ..Self::default()
        }
    }

    /// Whether an emulator stands in for this instance. With [`Self::all`] what it hands out counts
    /// before the instance's own settings: they lead to the issuer.
    pub fn wants(&self, provider: &ProviderSettings) -> bool {
        provider.mode == Mode::Playground
            || self.all && emulated_kinds().contains(&provider.kind.as_str())
    }

    /// What the adapter gets: the instance's own settings and what the emulator hands out.
    pub fn merged(&self, handed_out: &Value, own: &PluginSettings) -> PluginSettings {
        let table = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let (mut first, mut last) = (table(handed_out), table(&own.to_value()));
        if self.all {
            std::mem::swap(&mut first, &mut last);
        }
        first.extend(last);
        PluginSettings::from(first)
    }

    /// Note that an emulator runs for `instance`, and what the adapter needs to reach it.
    pub fn insert(
        &mut self,
        instance: InstanceId,
        provider: &ProviderSettings,
        pointed: PluginSettings,
    ) {
        let emulation = Emulation {
            kind: provider.kind.clone(),
            wanted: provider.settings.clone(),
            pointed,
        };
        self.running.insert(instance, emulation);
    }

    /// The instances of a configuration, those in `mode = "playground"` pointed at their emulator;
    /// and those left out, since no emulator was started for what they say.
    pub fn point(
        &self,
        settings: &Settings,
    ) -> (BTreeMap<InstanceId, ProviderSettings>, Vec<Finding>) {
        let mut instances = settings.providers.clone();
        let mut findings = Vec::new();
        instances.retain(|id, provider| {
            if !self.wants(provider) {
                return true;
            }
            let running = self.running.get(id).filter(|emulation| {
                emulation.kind == provider.kind && emulation.wanted == provider.settings
            });
            match running {
                Some(emulation) => {
                    provider.settings = emulation.pointed.clone();
                    if self.all {
                        provider.webhook_networks = loopback();
                    }
                }
                None => findings.push(Finding {
                    key: format!("providers.{id}"),
                    what: "would need another emulator: they start with the gateway".to_owned(),
                    hint: Some("needs a restart; or mode = \"integration\"".to_owned()),
                }),
            }
            running.is_some()
        });
        (instances, findings)
    }
}

/// Where emulators are.
fn loopback() -> Vec<IpNet> {
    let all = [
        IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ];
    all.map(IpNet::from).into()
}
