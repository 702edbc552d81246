//! Reloading: the sources of the start are read again, and what they say replaces the generation in
//! force, all or nothing.

use std::sync::Arc;

use tokio::signal::unix::Signal;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::app::reload::{Answer, InForce, Reloaded};
use crate::clock;
use crate::config::{ConfigProblems, Finding, Settings, Sources};
use crate::generation::{Generation, Shared};
use crate::live::Live;
use crate::providers::{Emulated, RefusedSettings, Registry, kind_names};
use crate::telemetry::Logs;

/// What a process was started with and keeps for the next configuration.
pub struct Start {
    pub sources: Sources,
    pub emulated: Emulated,
    pub logs: Logs,
}

/// Who reloads, one after the other.
pub struct Reloads {
    pub live: Live,
    pub start: Start,
    pub shared: Shared,
    pub asked: mpsc::Receiver<Answer>,
}

impl Reloads {
    /// Reload at each `hangup` and for everybody who asks.
    pub async fn run(mut self, mut hangups: Option<Signal>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = next(&mut hangups) => drop(self.reload("signal")),
                Some(answer) = self.asked.recv() => {
                    // Who asked may have gone; it was done all the same.
                    let _ = answer.send(self.reload("request"));
                }
            }
        }
    }

    fn reload(&mut self, trigger: &'static str) -> Result<Reloaded, ConfigProblems> {
        // Reads files, and makes connections' certificates ready.
        let outcome = tokio::task::block_in_place(|| self.replace());
        match &outcome {
            Ok(reloaded) => {
                let changed = reloaded.changed.join(", ");
                info!(
                    trigger,
                    generation = reloaded.generation,
                    changed,
                    "reloaded"
                );
            }
            Err(problems) => error!(trigger, %problems, "reload refused"),
        }
        outcome
    }

    fn replace(&mut self) -> Result<Reloaded, ConfigProblems> {
        let current = self.live.current();
        let in_force = &current.app.in_force;
        let mut registry = Registry::default();
        let sources = self.start.sources.clone();
        let settings =
            in_force
                .settings
                .load_next(sources, &kind_names(), |settings| {
                    match self.registry(&current.app.registry, settings) {
                        Ok(built) => {
                            registry = built;
                            Vec::new()
                        }
                        Err(findings) => findings,
                    }
                })?;
        let changed: Vec<String> = in_force.settings.changes(&settings).into_iter().collect();
        if changed.is_empty() {
            return Ok(Reloaded {
                generation: in_force.generation,
                loaded_at: in_force.loaded_at,
                changed,
            });
        }
        self.shared.follow(
            &in_force.settings,
            &settings,
            &current.app.registry,
            &registry,
        );
        self.start.logs.filter(&settings.logging);
        let in_force = InForce {
            generation: in_force.generation + 1,
            loaded_at: clock::now(),
            settings: Arc::new(settings),
        };
        let reloaded = Reloaded {
            generation: in_force.generation,
            loaded_at: in_force.loaded_at,
            changed,
        };
        let next = Generation::new(in_force, Arc::new(registry), &self.shared);
        self.live.replace(next);
        Ok(reloaded)
    }

    fn registry(&self, current: &Registry, settings: &Settings) -> Result<Registry, Vec<Finding>> {
        let (mut providers, mut findings) = self.start.emulated.point(settings);
        // The others have been told of.
        providers.retain(|_, provider| kind_names().contains(&provider.kind.as_str()));
        match current.followed_by(&providers) {
            Ok(registry) if findings.is_empty() => Ok(registry),
            Ok(_) => Err(findings),
            Err(refused) => {
                findings.extend(refused.iter().flat_map(RefusedSettings::findings));
                Err(findings)
            }
        }
    }
}

async fn next(hangups: &mut Option<Signal>) {
    match hangups {
        Some(hangups) => drop(hangups.recv().await),
        None => futures::future::pending().await,
    }
}
