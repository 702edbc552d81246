//! The playground's keys: made at the first start, the same after every restart.

use std::collections::BTreeMap;
use std::os::unix::fs::OpenOptionsExt as _;

use cardmux_domain::secret::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::kept;
use crate::app::api_keys::{self, Actor, NewKey, OPERATOR, Scope, TENANT_SCOPES};
use crate::app::{App, AppError};
use crate::cli::CliError;
use crate::config::Settings;

/// Kept in clear in the data directory, readable by its owner: a playground has nothing to lose, and
/// a restart that invalidates the commands in a terminal's history helps nobody.
#[derive(Serialize, Deserialize)]
pub(super) struct Keys {
    pub tenants: BTreeMap<String, String>,
    pub operator_key: String,
}

/// One key for each tenant and the operator's; those that were kept, where they work.
pub(super) async fn keys(settings: &Settings, app: &App) -> Result<Keys, CliError> {
    let file = kept(settings, "keys.json");
    let kept = std::fs::read(&file).ok();
    let kept = kept.and_then(|bytes| serde_json::from_slice::<Keys>(&bytes).ok());
    let mut tenants = BTreeMap::new();
    for tenant in app.tenants.keys() {
        let kept = kept
            .as_ref()
            .and_then(|keys| keys.tenants.get(tenant.as_str()));
        let key = working(app, kept, tenant.as_str(), &every_scope()).await?;
        tenants.insert(tenant.to_string(), key);
    }
    let kept = kept.as_ref().map(|keys| &keys.operator_key);
    let keys = Keys {
        tenants,
        operator_key: working(app, kept, OPERATOR, &[Scope::Operator]).await?,
    };
    let text = serde_json::to_vec_pretty(&keys)
        .map_err(|_| AppError::Internal("keys do not serialise"))?;
    let mut open = std::fs::OpenOptions::new();
    let handle = open
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&file);
    handle
        .and_then(|mut handle| std::io::Write::write_all(&mut handle, &text))
        .map_err(CliError::io(format!("cannot write `{}`", file.display())))?;
    Ok(keys)
}

/// Of a tenant; a playground shows everything.
fn every_scope() -> Vec<Scope> {
    let mut scopes = TENANT_SCOPES.to_vec();
    scopes.push(Scope::CardsReveal);
    scopes
}

/// The key that was kept if it works, or a new one.
async fn working(
    app: &App,
    kept: Option<&String>,
    tenant: &str,
    scopes: &[Scope],
) -> Result<String, CliError> {
    if let Some(kept) = kept
        && api_keys::authenticate(app, kept).await?.is_some()
    {
        return Ok(kept.clone());
    }
    make(app, tenant, scopes).await
}

async fn make(app: &App, tenant: &str, scopes: &[Scope]) -> Result<String, CliError> {
    let tenant = tenant
        .parse()
        .map_err(|_| AppError::Internal("the playground's tenant is a name"))?;
    let new = NewKey {
        tenant,
        name: "playground".to_owned(),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        expires_at: None,
    };
    let made = api_keys::create(&app.store, &app.hasher, new, &Actor::local("playground")).await?;
    Ok(made.text.expose_secret().to_owned())
}
