use std::collections::BTreeMap;
use std::sync::Arc;

use cardmux_domain::id::{InstanceId, TenantId};
use tokio_util::task::TaskTracker;

use super::api_keys::KeyCache;
use super::card_types::CardTypeCache;
use crate::operations::Engine;
use crate::providers::Registry;
use crate::security::Hasher;
use crate::store::Store;

/// A tenant as configuration declares it.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub id: TenantId,
    pub instances: Vec<InstanceId>,
}

/// Everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

pub struct AppParts {
    pub store: Store,
    pub registry: Arc<Registry>,
    pub engine: Arc<Engine>,
    pub hasher: Hasher,
    pub keys: KeyCache,
    pub card_types: CardTypeCache,
    pub tenants: BTreeMap<TenantId, Arc<Tenant>>,
    pub idempotency_keep: std::time::Duration,
    /// The largest request body that is taken, in bytes.
    pub body_limit: usize,
    pub default_page_size: usize,
    pub max_page_size: usize,
    pub error_base_url: String,
    /// Tries of a webhook that cannot be applied; after that it stays stored with its error.
    pub webhook_attempts: i64,
    /// Wakes the worker when an inbound webhook was stored.
    pub webhook_wake: Arc<tokio::sync::Notify>,
    pub tasks: TaskTracker,
}

impl App {
    pub fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}
