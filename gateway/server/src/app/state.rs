use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use cardmux_domain::batch::ItemError;
use cardmux_domain::id::{InstanceId, TenantId};
use cardmux_domain::provider::CallContext;
use tokio_util::task::TaskTracker;

use super::AppError;
use super::api_keys::KeyCache;
use super::card_types::{CardTypeCache, OfferCache};
use super::cards::RevealLimiter;
use super::evidence::EvidenceCache;
use super::rate_limit::RateLimiter;
use super::reference::ReferenceCache;
use super::reload::{InForce, Reloader};
use crate::config::{RateLimit, Route, TenantDecisions};
use crate::decisions::Decisions;
use crate::operations::Engine;
use crate::providers::Registry;
use crate::security::{Hasher, Vault};
use crate::store::Store;

/// A tenant as configuration declares it.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub id: TenantId,
    /// A name for people.
    pub display_name: Option<String>,
    pub instances: Vec<InstanceId>,
    /// Whether secrets of cards may be answered in clear, to a request without a key.
    pub clear_reveal: bool,
    /// Who decides about authorizations beyond rules and funds.
    pub decisions: Option<TenantDecisions>,
    /// Who serves a request that names no card type; the first rule that holds.
    pub routes: Vec<Route>,
    /// How many requests it may make; `None` is no limit.
    pub rate_limit: Option<RateLimit>,
}

/// Everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

pub struct AppParts {
    pub in_force: InForce,
    pub reloader: Reloader,
    pub store: Store,
    pub registry: Arc<Registry>,
    pub engine: Arc<Engine>,
    pub hasher: Hasher,
    /// Encrypts the personal data of customers.
    pub vault: Arc<Vault>,
    pub keys: KeyCache,
    pub card_types: CardTypeCache,
    pub offers: OfferCache,
    pub evidence: EvidenceCache,
    /// Instances at which the operator has no cards issued.
    pub issuing_paused: BTreeSet<InstanceId>,
    pub reference: ReferenceCache,
    pub reveals: Arc<RevealLimiter>,
    pub rate_limiter: Arc<RateLimiter>,
    pub tenants: BTreeMap<TenantId, Arc<Tenant>>,
    pub idempotency_keep: std::time::Duration,
    /// The largest request body that is taken, in bytes.
    pub body_limit: usize,
    /// The largest body of a batch.
    pub batch_body_limit: usize,
    /// Most cards of one batch.
    pub batch_items_max: usize,
    /// Wakes the worker when a batch was taken in.
    pub batch_wake: Arc<tokio::sync::Notify>,
    /// An error as the result of a batch's item: the codes are those of the API.
    pub describe: fn(AppError) -> ItemError,
    pub default_page_size: usize,
    pub max_page_size: usize,
    pub error_base_url: String,
    /// Tries of a webhook that cannot be applied; after that it stays stored with its error.
    pub webhook_attempts: i64,
    /// Wakes the worker when an inbound webhook was stored.
    pub webhook_wake: Arc<tokio::sync::Notify>,
    /// How authorizations are answered.
    pub decisions: Arc<Decisions>,
    pub tasks: TaskTracker,
}

impl App {
    pub fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl App {
    /// Who asks a provider, and until when an answer is of use.
    pub(super) fn context(&self, tenant: &TenantId, request_id: impl Into<String>) -> CallContext {
        CallContext {
            tenant: tenant.clone(),
            request_id: request_id.into(),
            deadline: Instant::now() + self.engine.policy().call_timeout,
            enrolment_ref: None,
        }
    }
}

impl std::ops::Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}
