//! The emulators of instances in `mode = "playground"`.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use cardmux_domain::id::InstanceId;
use cardmux_emulator_kit::{Options, Running};
use serde_json::Value;
use tracing::info;

use super::kept;
use crate::cli::CliError;
use crate::config::{Mode, PluginSettings, ProviderSettings, Settings};
use crate::providers;

pub(in crate::cli) struct Emulator {
    pub instance: InstanceId,
    pub kind: String,
    running: Running,
}

impl Emulator {
    pub(super) fn url(&self) -> &str {
        self.running.url()
    }
}

/// Start an emulator for every instance that wants one, and point the instance at it.
pub(in crate::cli) async fn start(
    settings: &Settings,
    gateway: SocketAddr,
) -> Result<(BTreeMap<InstanceId, ProviderSettings>, Vec<Emulator>), CliError> {
    let mut instances = settings.providers.clone();
    let dir = &settings.data.dir;
    std::fs::create_dir_all(dir)
        .map_err(CliError::io(format!("cannot make `{}`", dir.display())))?;
    let mut emulators = Vec::new();
    for (id, provider) in &mut instances {
        if provider.mode == Mode::Integration {
            continue;
        }
        let options = Options {
            state_file: Some(kept(settings, &format!("emulator-{id}.json"))),
            webhook_url: Some(format!("http://{gateway}/hooks/{id}")),
            ..Options::default()
        };
        let own = provider.settings.to_value();
        let running = providers::emulate(&provider.kind, options, &own)
            .await
            .ok_or_else(|| {
                CliError::Usage(format!(
                    "providers.{id}: kind `{}` has no emulator\nhint: mode = \"integration\"",
                    provider.kind
                ))
            })??;
        provider.settings = PluginSettings::from(merged(running.client_settings(), &own));
        info!(instance = %id, url = running.url(), "emulator started");
        emulators.push(Emulator {
            instance: id.clone(),
            kind: provider.kind.clone(),
            running,
        });
    }
    Ok((instances, emulators))
}

/// What the emulator hands out, with the instance's own settings over it.
fn merged(handed_out: &Value, own: &Value) -> serde_json::Map<String, Value> {
    let table = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let mut settings = table(handed_out);
    settings.extend(table(own));
    settings
}

pub(in crate::cli) async fn stop(emulators: Vec<Emulator>) {
    for emulator in emulators {
        emulator.running.shutdown().await;
    }
}
