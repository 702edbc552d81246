//! The emulators of instances in `mode = "playground"`.

use std::net::SocketAddr;

use cardmux_domain::id::InstanceId;
use cardmux_emulator_kit::{Options, Running};
use tracing::info;

use super::kept;
use crate::cli::CliError;
use crate::config::Settings;
use crate::providers::{self, Emulated};

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

/// Start an emulator for every instance that wants one.
pub(in crate::cli) async fn start(
    settings: &Settings,
    gateway: SocketAddr,
) -> Result<(Emulated, Vec<Emulator>), CliError> {
    start_kept(settings, gateway, Emulated::default()).await
}

/// The same for every instance whose kind has one.
pub(super) async fn start_all(
    settings: &Settings,
    gateway: SocketAddr,
) -> Result<(Emulated, Vec<Emulator>), CliError> {
    start_kept(settings, gateway, Emulated::all()).await
}

/// The same without a state of theirs and without a gateway: to ask adapters what they can do.
pub(in crate::cli) async fn start_apart(
    settings: &Settings,
) -> Result<(Emulated, Vec<Emulator>), CliError> {
    start_with(settings, Emulated::all(), |_| Options::default()).await
}

async fn start_kept(
    settings: &Settings,
    gateway: SocketAddr,
    emulated: Emulated,
) -> Result<(Emulated, Vec<Emulator>), CliError> {
    let dir = &settings.data.dir;
    std::fs::create_dir_all(dir)
        .map_err(CliError::io(format!("cannot make `{}`", dir.display())))?;
    let options = |id: &InstanceId| Options {
        state_file: Some(kept(settings, &format!("emulator-{id}.json"))),
        webhook_url: Some(format!("http://{gateway}/hooks/{id}")),
        ..Options::default()
    };
    start_with(settings, emulated, options).await
}

async fn start_with(
    settings: &Settings,
    mut emulated: Emulated,
    options: impl Fn(&InstanceId) -> Options,
) -> Result<(Emulated, Vec<Emulator>), CliError> {
    let mut emulators = Vec::new();
    for (id, provider) in &settings.providers {
        if !emulated.wants(provider) {
            continue;
        }
        let own = provider.settings.to_value();
        let running = providers::emulate(&provider.kind, options(id), &own)
            .await
            .ok_or_else(|| {
                CliError::Usage(format!(
                    "providers.{id}: kind `{}` has no emulator\nhint: mode = \"integration\"",
                    provider.kind
                ))
            })??;
        let pointed = emulated.merged(running.client_settings(), &provider.settings);
        emulated.insert(id.clone(), provider, pointed);
        info!(instance = %id, url = running.url(), "emulator started");
        emulators.push(Emulator {
            instance: id.clone(),
            kind: provider.kind.clone(),
            running,
        });
    }
    Ok((emulated, emulators))
}

pub(in crate::cli) async fn stop(emulators: Vec<Emulator>) {
    for emulator in emulators {
        emulator.running.shutdown().await;
    }
}
