//! API keys: made, checked, revoked. Only a keyed hash of one is ever stored.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardmux_domain::id::{ApiKeyId, TenantId, fresh};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{App, AppError};
use crate::clock;
use crate::security::{Hasher, Purpose};
use crate::store::{self, ApiKey, Change, Store, Unit};

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

/// A new key. The text is shown once and cannot be had again.
pub struct MadeKey {
    pub id: ApiKeyId,
    pub text: SecretString,
}

pub async fn create(
    store: &Store,
    hasher: &Hasher,
    tenant: TenantId,
    name: &str,
    scopes: &[Scope],
) -> Result<MadeKey, AppError> {
    let id: ApiKeyId = fresh();
    let mut random = [0; 32];
    rand::fill(&mut random).map_err(|_| AppError::Internal("no randomness"))?;
    let secret = SecretString::from(URL_SAFE_NO_PAD.encode(random));
    let key = ApiKey {
        id,
        tenant,
        name: name.to_owned(),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        hash: hasher.hash(
            Purpose::ApiKey,
            &[id.uuid().as_bytes(), secret.expose_secret().as_bytes()],
        ),
        created_at: clock::now(),
        expires_at: None,
        revoked_at: None,
    };
    store
        .commit(Unit::new().with(Change::InsertApiKey(key)))
        .await?;
    let id_text = id.to_string();
    let suffix = id_text.strip_prefix("key_").unwrap_or_default();
    let text = SecretString::from(format!("{PREFIX}{suffix}_{}", secret.expose_secret()));
    Ok(MadeKey { id, text })
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
    let now = clock::now();
    let works = key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > now);
    Ok((known && works).then_some(key))
}

fn parse(text: &str) -> Option<(ApiKeyId, &str)> {
    let (suffix, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    Some((format!("key_{suffix}").parse().ok()?, secret))
}

pub async fn revoke(store: &Store, tenant: &TenantId, id: ApiKeyId) -> Result<bool, AppError> {
    let known = store::api_keys::list(store, tenant)
        .await?
        .iter()
        .any(|key| key.id == id);
    if known {
        let change = Change::RevokeApiKey {
            tenant: tenant.clone(),
            id,
            at: clock::now(),
        };
        store.commit(Unit::new().with(change)).await?;
    }
    Ok(known)
}
