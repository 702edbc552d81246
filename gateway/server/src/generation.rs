//! What is made of one configuration, and what outlives it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cardmux_domain::id::{InstanceId, TenantId};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use crate::app::api_keys::{KeyCache, key_cache};
use crate::app::card_types::{CardTypeCache, OfferCache};
use crate::app::cards::{RevealLimiter, reveal_limiter};
use crate::app::rate_limit::RateLimiter;
use crate::app::reference::ReferenceCache;
use crate::app::reload::{InForce, Reloader};
use crate::app::{App, AppParts, EvidenceCache, Tenant};
use crate::config::{ProviderSettings, Settings};
use crate::decisions::{Decisions, Desk};
use crate::http::{self, HttpLimits};
use crate::operations::{Engine, Policy, Waiters};
use crate::providers::Registry;
use crate::security::{Hasher, Vault};
use crate::store::Store;
use crate::worker::WorkerLimits;

/// One configuration and everything that was made of it.
pub struct Generation {
    pub app: App,
    pub worker: WorkerLimits,
    pub router: Router,
}

/// What is one for the process, whatever the configuration; the caches last as long as what they
/// hold stays true.
pub struct Shared {
    pub store: Store,
    pub hasher: Hasher,
    pub vault: Arc<Vault>,
    pub waiters: Waiters,
    pub keys: KeyCache,
    pub card_types: CardTypeCache,
    pub offers: OfferCache,
    pub evidence: EvidenceCache,
    pub reference: ReferenceCache,
    pub reveals: Arc<RevealLimiter>,
    pub rate_limiter: Arc<RateLimiter>,
    pub batch_wake: Arc<Notify>,
    pub webhook_wake: Arc<Notify>,
    pub desk: Arc<Desk>,
    pub reloader: Reloader,
    pub tasks: TaskTracker,
}

impl Shared {
    /// Renew what the next configuration makes untrue.
    pub fn follow(
        &mut self,
        running: &Settings,
        next: &Settings,
        registry: &Registry,
        next_registry: &Registry,
    ) {
        if running.api.key_cache != next.api.key_cache {
            self.keys = key_cache(next.api.key_cache);
        }
        if running.api.reveals_per_minute != next.api.reveals_per_minute {
            self.reveals = Arc::new(reveal_limiter(next.api.reveals_per_minute));
        }
        if next_registry
            .iter()
            .any(|i| !registry.shares(next_registry, &i.id))
        {
            self.reference = ReferenceCache::default();
        }
    }
}

impl Generation {
    pub fn new(in_force: InForce, registry: Arc<Registry>, shared: &Shared) -> Self {
        let settings = Arc::clone(&in_force.settings);
        let engine = Engine::new(
            shared.store.clone(),
            Arc::clone(&registry),
            Arc::clone(&shared.vault),
            policy(&settings),
            shared.tasks.clone(),
            http::render_answer,
            settings.api.error_base_url.clone(),
        )
        .telling(shared.waiters.clone());
        let app = App::new(AppParts {
            in_force,
            reloader: shared.reloader.clone(),
            store: shared.store.clone(),
            registry,
            engine: Arc::new(engine),
            hasher: shared.hasher.clone(),
            vault: Arc::clone(&shared.vault),
            keys: shared.keys.clone(),
            card_types: shared.card_types.clone(),
            offers: shared.offers.clone(),
            evidence: shared.evidence.clone(),
            issuing_paused: issuing_paused(&settings.providers),
            reference: shared.reference.clone(),
            reveals: Arc::clone(&shared.reveals),
            rate_limiter: Arc::clone(&shared.rate_limiter),
            tenants: tenants(&settings),
            idempotency_keep: Duration::from_secs(
                u64::from(settings.idempotency.keep_hours) * 3600,
            ),
            body_limit: settings.server.body_limit_bytes,
            batch_body_limit: settings.api.batch_body_bytes,
            batch_items_max: settings.api.batch_items_max,
            batch_wake: Arc::clone(&shared.batch_wake),
            describe: http::describe,
            default_page_size: usize::try_from(settings.api.default_page_size)
                .unwrap_or(usize::MAX),
            max_page_size: usize::try_from(settings.api.max_page_size).unwrap_or(usize::MAX),
            error_base_url: settings.api.error_base_url.clone(),
            webhook_attempts: i64::from(settings.worker.webhook_attempts),
            webhook_wake: Arc::clone(&shared.webhook_wake),
            decisions: decisions(&settings, &shared.desk),
            tasks: shared.tasks.clone(),
        });
        let limits = HttpLimits {
            body_bytes: settings.server.body_limit_bytes,
            request_timeout: settings.server.request_timeout,
        };
        Self {
            router: http::router(app.clone(), limits),
            worker: worker_limits(&settings),
            app,
        }
    }
}

fn decisions(settings: &Settings, desk: &Arc<Desk>) -> Arc<Decisions> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let settings = &settings.decisions;
    Decisions::new(
        settings.margin,
        DAY * settings.hold_days,
        settings.backtest_max,
        Arc::clone(desk),
    )
}

fn policy(settings: &Settings) -> Policy {
    let operations = &settings.operations;
    Policy {
        call_timeout: operations.call_timeout,
        lease_margin: operations.lease_margin,
        poll_first: operations.poll_first,
        poll_max: operations.poll_max,
        attention_after: operations.attention_after,
        wait_max: operations.wait_max,
    }
}

fn worker_limits(settings: &Settings) -> WorkerLimits {
    WorkerLimits {
        idle: settings.worker.idle,
        batch: u64::from(settings.worker.batch),
        lease: settings.operations.lease(),
        catalogue_interval: settings.worker.catalogue_interval,
        transactions_interval: settings.worker.transactions_interval,
    }
}

/// Instances at which no cards are to be issued.
pub fn issuing_paused(providers: &BTreeMap<InstanceId, ProviderSettings>) -> BTreeSet<InstanceId> {
    let paused = providers
        .iter()
        .filter(|(_, settings)| settings.issuing_paused);
    paused.map(|(id, _)| id.clone()).collect()
}

pub fn tenants(settings: &Settings) -> BTreeMap<TenantId, Arc<Tenant>> {
    let tenants = settings.tenants.iter().map(|(id, tenant)| {
        (
            id.clone(),
            Arc::new(Tenant {
                id: id.clone(),
                display_name: tenant.display_name.clone(),
                instances: tenant.instances.clone(),
                clear_reveal: tenant.clear_reveal,
                decisions: tenant.decisions.clone(),
                routes: tenant.routes.clone(),
                rate_limit: tenant.rate_limit.or(settings.api.rate_limit),
            }),
        )
    });
    tenants.collect()
}
