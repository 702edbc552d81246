//! API keys: made, checked, rotated, revoked. Only a keyed hash of one is ever stored.

mod change;

use std::sync::Arc;
use std::time::Duration;

use cardmux_domain::id::{ApiKeyId, TenantId};
use cardmux_domain::time::Timestamp;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{App, AppError, Listing, rows_for};
use crate::clock;
use crate::security::Purpose;
use crate::store::{self, ApiKey, Store};

pub use change::{Actor, MadeKey, NewKey, create, revoke, rotate};

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
pub enum Scope {
    #[strum(serialize = "cards:read")]
    CardsRead,
    #[strum(serialize = "cards:write")]
    CardsWrite,
    /// Card numbers, codes on their way to cardholders.
    #[strum(serialize = "cards:reveal")]
    CardsReveal,
    #[strum(serialize = "funds:write")]
    FundsWrite,
    #[strum(serialize = "customers:read")]
    CustomersRead,
    #[strum(serialize = "customers:write")]
    CustomersWrite,
    #[strum(serialize = "events:read")]
    EventsRead,
    /// The operator's own interface under `/admin/v1`; belongs to no tenant.
    #[strum(serialize = "operator")]
    Operator,
}

/// The scopes a tenant's key gets when none are named: all but the one that shows card numbers.
pub const TENANT_SCOPES: [Scope; 6] = [
    Scope::CardsRead,
    Scope::CardsWrite,
    Scope::FundsWrite,
    Scope::CustomersRead,
    Scope::CustomersWrite,
    Scope::EventsRead,
];

/// Operator keys are kept under this name; configuration refuses it for a tenant.
pub const OPERATOR: &str = "operator";

/// Keys that were looked up a moment ago. A revoked key works at most this long on other nodes.
pub type KeyCache = moka::future::Cache<ApiKeyId, Option<Arc<ApiKey>>>;

pub fn key_cache(keep: Duration) -> KeyCache {
    // Ten thousand keys are a few megabytes, and more than a node serves within seconds.
    moka::future::Cache::builder()
        .max_capacity(10_000)
        .time_to_live(keep)
        .build()
}

/// Begins every key, so that secret scanners and people recognise one.
const PREFIX: &str = "cmx_";

/// Newest first, revoked and expired ones too.
pub async fn list(
    store: &Store,
    tenant: &TenantId,
    after: Option<ApiKeyId>,
    limit: usize,
) -> Result<Listing<ApiKey, ApiKeyId>, AppError> {
    let rows = store::api_keys::list(store, tenant, after, rows_for(limit)).await?;
    Ok(Listing::from_surplus(rows, limit, |key| key.id))
}

/// The key a text belongs to, if it is one of ours and works now.
pub async fn authenticate(app: &App, text: &str) -> Result<Option<Arc<ApiKey>>, AppError> {
    let Some((id, secret)) = parse(text) else {
        return Ok(None);
    };
    let key = match app.keys.get(&id).await {
        Some(key) => key,
        None => {
            let key = store::api_keys::find(&app.store, id).await?.map(Arc::new);
            app.keys.insert(id, key.clone()).await;
            key
        }
    };
    let Some(key) = key else { return Ok(None) };
    let uuid = id.uuid();
    let parts = [uuid.as_bytes().as_slice(), secret.as_bytes()];
    let known = app.hasher.matches(Purpose::ApiKey, &parts, &key.hash);
    Ok((known && works(&key, clock::now())).then_some(key))
}

fn works(key: &ApiKey, now: Timestamp) -> bool {
    key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > now)
}

fn parse(text: &str) -> Option<(ApiKeyId, &str)> {
    let (suffix, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    Some((format!("key_{suffix}").parse().ok()?, secret))
}
