use std::time::Duration;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardmux_domain::id::{ApiKeyId, TenantId, fresh, kind};
use cardmux_domain::secret::{ExposeSecret, SecretString};
use cardmux_domain::time::Timestamp;

use super::{PREFIX, works};
use crate::app::AppError;
use crate::clock;
use crate::security::{Hasher, Purpose};
use crate::store::audit::AuditRecord;
use crate::store::{ApiKey, Change, Store, Unit, api_keys};

/// What a key is to be.
pub struct NewKey {
    pub tenant: TenantId,
    /// What it is for, in words.
    pub name: String,
    pub scopes: Vec<String>,
    pub expires_at: Option<Timestamp>,
}

/// A new key. The text is shown once and cannot be had again.
pub struct MadeKey {
    pub key: ApiKey,
    pub text: SecretString,
}

/// Who changes keys, for the audit trail.
pub struct Actor {
    /// The id of an API key, or who it was instead.
    pub name: String,
    pub request_id: String,
}

impl Actor {
    /// Somebody on this machine, without a request.
    pub fn local(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            request_id: fresh::<kind::Request>().to_string(),
        }
    }
}

pub async fn create(
    store: &Store,
    hasher: &Hasher,
    new: NewKey,
    actor: &Actor,
) -> Result<MadeKey, AppError> {
    let made = make(hasher, new, clock::now())?;
    let unit = Unit::new()
        .with(Change::InsertApiKey(made.key.clone()))
        .with(audited("api_key.created", &made.key, actor));
    store.commit(unit).await?;
    Ok(made)
}

/// Put a new key in the place of one that works: the same name and scopes, and, where the old one
/// ends, a life as long as that one was given. The old one works for `overlap` more.
pub async fn rotate(
    store: &Store,
    hasher: &Hasher,
    tenant: &TenantId,
    id: ApiKeyId,
    overlap: Duration,
    actor: &Actor,
) -> Result<MadeKey, AppError> {
    let old = get(store, tenant, id).await?;
    let now = clock::now();
    if !works(&old, now) {
        return Err(AppError::State {
            code: "api_key_not_active",
            detail: format!("API key `{id}` is revoked or expired; make a new one"),
            enrolment: None,
        });
    }
    let new = NewKey {
        tenant: tenant.clone(),
        name: old.name.clone(),
        scopes: old.scopes.clone(),
        expires_at: old
            .expires_at
            .map(|end| now.plus(end.since(old.created_at))),
    };
    let made = make(hasher, new, now)?;
    let tenant = tenant.clone();
    let end = match overlap.is_zero() {
        true => Change::RevokeApiKey {
            tenant,
            id,
            at: now,
        },
        false => Change::ExpireApiKey {
            tenant,
            id,
            at: now.plus(overlap),
        },
    };
    let unit = Unit::new()
        .with(Change::InsertApiKey(made.key.clone()))
        .with(end)
        .with(audited("api_key.rotated", &old, actor))
        .with(audited("api_key.created", &made.key, actor));
    store.commit(unit).await?;
    Ok(made)
}

/// Revoke a key for good; one that is revoked already stays so.
pub async fn revoke(
    store: &Store,
    tenant: &TenantId,
    id: ApiKeyId,
    actor: &Actor,
) -> Result<(), AppError> {
    let key = get(store, tenant, id).await?;
    if key.revoked_at.is_some() {
        return Ok(());
    }
    let revoke = Change::RevokeApiKey {
        tenant: tenant.clone(),
        id,
        at: clock::now(),
    };
    let unit = Unit::new()
        .with(revoke)
        .with(audited("api_key.revoked", &key, actor));
    Ok(store.commit(unit).await?)
}

async fn get(store: &Store, tenant: &TenantId, id: ApiKeyId) -> Result<ApiKey, AppError> {
    let key = api_keys::find(store, id).await?;
    key.filter(|key| key.tenant == *tenant)
        .ok_or_else(|| AppError::NotFound {
            what: "API key",
            id: id.to_string(),
        })
}

fn make(hasher: &Hasher, new: NewKey, now: Timestamp) -> Result<MadeKey, AppError> {
    let NewKey {
        tenant,
        name,
        scopes,
        expires_at,
    } = new;
    let id: ApiKeyId = fresh();
    let mut random = [0; 32];
    rand::fill(&mut random).map_err(|_| AppError::Internal("no randomness"))?;
    let secret = SecretString::from(URL_SAFE_NO_PAD.encode(random));
    let uuid = id.uuid();
    let parts = [
        uuid.as_bytes().as_slice(),
        secret.expose_secret().as_bytes(),
    ];
    let key = ApiKey {
        id,
        tenant,
        name,
        scopes,
        hash: hasher.hash(Purpose::ApiKey, &parts),
        created_at: now,
        expires_at,
        revoked_at: None,
    };
    let id_text = id.to_string();
    let suffix = id_text.strip_prefix("key_").unwrap_or_default();
    let text = SecretString::from(format!("{PREFIX}{suffix}_{}", secret.expose_secret()));
    Ok(MadeKey { key, text })
}

fn audited(action: &str, key: &ApiKey, actor: &Actor) -> Change {
    Change::InsertAudit(AuditRecord {
        id: fresh(),
        tenant: key.tenant.clone(),
        action: action.to_owned(),
        subject: key.id.to_string(),
        actor: actor.name.clone(),
        request_id: actor.request_id.clone(),
        created_at: clock::now(),
    })
}
