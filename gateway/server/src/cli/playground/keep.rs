//! The playground's keys: made at the first start, the same after every restart.

use std::os::unix::fs::OpenOptionsExt as _;

use cardmux_domain::secret::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::kept;
use crate::app::api_keys::{self, OPERATOR, Scope, TENANT_SCOPES};
use crate::app::{App, AppError};
use crate::cli::CliError;
use crate::config::Settings;

/// Kept in clear in the data directory, readable by its owner: a playground has nothing to lose, and
/// a restart that invalidates the commands in a terminal's history helps nobody.
#[derive(Serialize, Deserialize)]
pub(super) struct Keys {
    pub api_key: String,
    pub operator_key: String,
}

pub(super) async fn keys(settings: &Settings, app: &App, tenant: &str) -> Result<Keys, CliError> {
    let file = kept(settings, "keys.json");
    if let Some(keys) = std::fs::read(&file)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Keys>(&bytes).ok())
    {
        let works = api_keys::authenticate(app, &keys.api_key).await?.is_some()
            && api_keys::authenticate(app, &keys.operator_key)
                .await?
                .is_some();
        if works {
            return Ok(keys);
        }
    }
    let keys = Keys {
        api_key: make(app, tenant, &every_scope()).await?,
        operator_key: make(app, OPERATOR, &[Scope::Operator]).await?,
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

async fn make(app: &App, tenant: &str, scopes: &[Scope]) -> Result<String, CliError> {
    let tenant = tenant
        .parse()
        .map_err(|_| AppError::Internal("the playground's tenant is a name"))?;
    let key = api_keys::create(&app.store, &app.hasher, tenant, "playground", scopes).await?;
    Ok(key.text.expose_secret().to_owned())
}
