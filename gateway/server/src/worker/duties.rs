//! The kinds of work.

mod batches;
mod holds;
mod transactions;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cardmux_domain::id::InstanceId;
use cardmux_domain::time::Timestamp;
use futures::future::BoxFuture;
use tracing::{error, warn};

pub(super) use batches::{BatchItems, BatchResults};
pub(super) use holds::Holds;
pub(super) use transactions::Transactions;

use super::{Duty, Work, WorkerLimits};
use crate::app::{App, AppError, catalogue, refresh, webhooks};
use crate::operations::Subject;
use crate::providers::Registry;
use crate::{clock, store};

/// Operations nobody holds: find out what became of them.
pub(super) struct Operations;

#[async_trait]
impl Duty for Operations {
    fn name(&self) -> &'static str {
        "operations"
    }

    async fn claim(&self, app: &App, limits: &WorkerLimits, room: u64) -> Result<Work, AppError> {
        let now = clock::now();
        let due =
            store::operations::claim_due(&app.store, now, now.plus(limits.lease), room).await?;
        Ok(due
            .into_iter()
            .map(|operation| -> BoxFuture<'static, ()> {
                let app = app.clone();
                Box::pin(async move {
                    let id = operation.id;
                    if let Err(error) = app.engine.resolve(operation).await {
                        error!(operation = %id, "not resolved: {error}");
                    }
                })
            })
            .collect())
    }
}

/// Stored webhooks: understand and apply them.
pub(super) struct Webhooks;

#[async_trait]
impl Duty for Webhooks {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    async fn claim(&self, app: &App, limits: &WorkerLimits, room: u64) -> Result<Work, AppError> {
        let now = clock::now();
        let due = store::webhooks::claim_due(&app.store, now, now.plus(limits.lease), room).await?;
        Ok(due
            .into_iter()
            .map(|webhook| -> BoxFuture<'static, ()> {
                let app = app.clone();
                Box::pin(async move {
                    let id = webhook.id;
                    if let Err(error) = webhooks::process(&app, webhook).await {
                        error!(webhook = %id, "not processed: {error}");
                    }
                })
            })
            .collect())
    }
}

/// Subjects to be read again at their provider.
macro_rules! refreshing {
    ($duty:ident, $name:literal, $table:ident) => {
        pub(super) struct $duty;

        #[async_trait]
        impl Duty for $duty {
            fn name(&self) -> &'static str {
                $name
            }

            async fn claim(
                &self,
                app: &App,
                limits: &WorkerLimits,
                room: u64,
            ) -> Result<Work, AppError> {
                let now = clock::now();
                let lease = now.plus(limits.lease);
                let due = store::$table::claim_refresh(&app.store, now, lease, room).await?;
                Ok(due
                    .into_iter()
                    .map(|subject| read_again(app.clone(), Subject::from(subject)))
                    .collect())
            }
        }
    };
}
refreshing!(Cards, "cards", cards);
refreshing!(Enrolments, "enrolments", enrolments);
refreshing!(Budgets, "budgets", budgets);
refreshing!(Disputes, "disputes", disputes);

fn read_again(app: App, subject: Subject) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let id = subject.id();
        if let Err(error) = refresh::refresh(&app, subject).await {
            error!(subject = %id, "not refreshed: {error}");
        }
    })
}

/// The card types of each instance. Every node keeps its own rhythm: a synchronisation changes
/// nothing when nothing changed, so two nodes doing it is waste and no harm.
#[derive(Default)]
pub(super) struct Catalogue(Mutex<Rhythm>);

#[derive(Default)]
struct Rhythm {
    /// Of the last turn: what it does not share with the present one is another instance.
    registry: Arc<Registry>,
    next: BTreeMap<InstanceId, Timestamp>,
}

/// An instance whose catalogue could not be read is asked again after this.
const CATALOGUE_RETRY: Duration = Duration::from_secs(5);

impl Catalogue {
    fn take_due(&self, app: &App, interval: Duration) -> Vec<InstanceId> {
        let now = clock::now();
        let Ok(mut rhythm) = self.0.lock() else {
            return Vec::new();
        };
        let before = std::mem::replace(&mut rhythm.registry, Arc::clone(&app.registry));
        let next = &mut rhythm.next;
        next.retain(|id, _| app.registry.shares(&before, id));
        let due = app.registry.iter().map(|i| i.id.clone());
        let due: Vec<_> = due
            .filter(|id| next.get(id).is_none_or(|at| *at <= now))
            .collect();
        for id in &due {
            next.insert(id.clone(), now.plus(interval));
        }
        due
    }

    fn retry_soon(&self, id: &InstanceId) {
        if let Ok(mut rhythm) = self.0.lock() {
            rhythm
                .next
                .insert(id.clone(), clock::now().plus(CATALOGUE_RETRY));
        }
    }
}

#[async_trait]
impl Duty for Catalogue {
    fn name(&self) -> &'static str {
        "catalogue"
    }

    async fn claim(&self, app: &App, limits: &WorkerLimits, _: u64) -> Result<Work, AppError> {
        for id in self.take_due(app, limits.catalogue_interval) {
            let Some(instance) = app.registry.get(&id) else {
                continue;
            };
            if let Err(error) = catalogue::sync(app, instance).await {
                warn!(instance = %id, "card types not synchronised: {error}");
                self.retry_soon(&id);
            }
        }
        Ok(Vec::new())
    }

    fn idle(&self, limits: &WorkerLimits) -> Duration {
        CATALOGUE_RETRY.min(limits.catalogue_interval)
    }
}

/// Short enough not to hold the writer up, long enough to keep pace with any load.
const DELETE_AT_ONCE: u64 = 500;

/// Clears away what has been kept for its published time.
pub(super) struct Housekeeping;

#[async_trait]
impl Duty for Housekeeping {
    fn name(&self) -> &'static str {
        "housekeeping"
    }

    async fn claim(&self, app: &App, _: &WorkerLimits, _: u64) -> Result<Work, AppError> {
        while store::keys::delete_expired(&app.store, clock::now(), DELETE_AT_ONCE).await?
            == DELETE_AT_ONCE
        {
            tokio::task::yield_now().await;
        }
        Ok(Vec::new())
    }

    fn idle(&self, _: &WorkerLimits) -> Duration {
        Duration::from_secs(60)
    }
}
