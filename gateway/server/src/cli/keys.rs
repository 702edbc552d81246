use std::time::Duration;

use cardmux_domain::id::{ApiKeyId, TenantId};
use cardmux_domain::secret::ExposeSecret as _;
use clap::{Args, Subcommand};

use super::{CliError, ConfigArgs, say};
use crate::app::api_keys::{self, Actor, NewKey, OPERATOR, Scope, TENANT_SCOPES};
use crate::app::{AppError, Listing, customers};
use crate::clock;
use crate::config::Settings;
use crate::server::{hasher, open_store, vault};
use crate::store::ApiKey;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Make a key; its text is printed once
    Create(Create),
    /// List a tenant's keys, without their texts
    List(Of),
    /// Make a key in the place of another; its text is printed once
    Rotate(Rotate),
    /// Revoke a key
    Revoke(Revoke),
    /// Encrypt the personal data of every customer with the key that `security.data_key` names
    RotateData(ConfigArgs),
}

#[derive(Args)]
pub(super) struct Of {
    #[command(flatten)]
    config: ConfigArgs,
    /// The tenant, as configuration names it; `operator` for the operator's own keys
    #[arg(long)]
    tenant: TenantId,
}

#[derive(Args)]
pub(super) struct Create {
    #[command(flatten)]
    of: Of,
    /// What the key is for
    #[arg(long, default_value = "")]
    name: String,
    /// `cards:read`, `cards:write`, `funds:write`, `customers:read`, `customers:write`, `events:read`;
    /// all of these when none is named. `cards:reveal` shows card numbers and has to be named
    #[arg(long = "scope")]
    scopes: Vec<Scope>,
    /// How long it works: `90d`, `12h`; until it is revoked when left out
    #[arg(long, value_parser = humantime::parse_duration)]
    expires_in: Option<Duration>,
}

#[derive(Args)]
pub(super) struct Rotate {
    #[command(flatten)]
    key: Key,
    /// How long the old key works beside the new one: `1h`, `2d`; it is revoked at once when left out
    #[arg(long, value_parser = humantime::parse_duration, default_value = "0s")]
    overlap: Duration,
}

#[derive(Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    key: Key,
}

#[derive(Args)]
struct Key {
    #[command(flatten)]
    of: Of,
    /// `key_…`, from `keys list`
    id: String,
}

impl Key {
    fn open(self) -> Result<(Settings, TenantId, ApiKeyId), CliError> {
        let id = self.id.parse().map_err(|_| {
            CliError::Usage(format!(
                "`{}` is no key id\nhint: `cardmux keys list` shows them",
                self.id
            ))
        })?;
        let (settings, tenant) = self.of.open()?;
        Ok((settings, tenant, id))
    }
}

/// Who does it, in the audit trail.
fn actor() -> Actor {
    Actor::local("command line")
}

pub(super) async fn run(command: Keys) -> Result<(), CliError> {
    match command {
        Keys::Create(args) => create(args).await,
        Keys::List(args) => list(args).await,
        Keys::Rotate(args) => rotate(args).await,
        Keys::Revoke(args) => revoke(args).await,
        Keys::RotateData(args) => rotate_data(args).await,
    }
}

impl Of {
    fn open(self) -> Result<(Settings, TenantId), CliError> {
        let settings = self.config.load(serde_json::Value::Null)?;
        if self.tenant.as_str() == OPERATOR || settings.tenants.contains_key(&self.tenant) {
            return Ok((settings, self.tenant));
        }
        let known: Vec<&str> = settings.tenants.keys().map(TenantId::as_str).collect();
        let hint = if known.is_empty() {
            "declare it under [tenants]".to_owned()
        } else {
            format!("tenants are {}", known.join(", "))
        };
        Err(CliError::Usage(format!(
            "tenant `{}` is not configured\nhint: {hint}",
            self.tenant
        )))
    }
}

async fn create(args: Create) -> Result<(), CliError> {
    let (settings, tenant) = args.of.open()?;
    let operator = tenant.as_str() == OPERATOR;
    let scopes = match (operator, args.scopes) {
        (true, _) => vec![Scope::Operator],
        (false, scopes) if scopes.is_empty() => TENANT_SCOPES.to_vec(),
        (false, scopes) if scopes.contains(&Scope::Operator) => {
            return Err(CliError::Usage(
                "the scope `operator` belongs to no tenant\nhint: --tenant operator".to_owned(),
            ));
        }
        (false, scopes) => scopes,
    };
    let hasher = hasher(&settings)?;
    let store = open_store(&settings).await?;
    store.migrate().await?;
    let new = NewKey {
        tenant,
        name: args.name,
        scopes: scopes.iter().map(ToString::to_string).collect(),
        expires_at: args.expires_in.map(|life| clock::now().plus(life)),
    };
    let made = api_keys::create(&store, &hasher, new, &actor()).await;
    store.close().await;
    say(made?.text.expose_secret())
}

async fn rotate(args: Rotate) -> Result<(), CliError> {
    let (settings, tenant, id) = args.key.open()?;
    let hasher = hasher(&settings)?;
    let store = open_store(&settings).await?;
    let made = api_keys::rotate(&store, &hasher, &tenant, id, args.overlap, &actor()).await;
    store.close().await;
    say(made?.text.expose_secret())
}

async fn list(args: Of) -> Result<(), CliError> {
    /// Read at a time.
    const PAGE: usize = 200;
    let (settings, tenant) = args.open()?;
    let store = open_store(&settings).await?;
    let mut after = None;
    loop {
        let Listing { items, next } = api_keys::list(&store, &tenant, after, PAGE).await?;
        for key in items {
            say(&line(&key))?;
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    store.close().await;
    Ok(())
}

fn line(key: &ApiKey) -> String {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(at)) if at <= clock::now() => format!("expired {at}"),
        (None, Some(at)) => format!("active until {at}"),
        (None, None) => "active".to_owned(),
    };
    let scopes = key.scopes.join(",");
    format!(
        "{}  {}  {state}  {scopes}  {}",
        key.id, key.created_at, key.name
    )
}

async fn revoke(args: Revoke) -> Result<(), CliError> {
    let (settings, tenant, id) = args.key.open()?;
    let store = open_store(&settings).await?;
    let revoked = api_keys::revoke(&store, &tenant, id, &actor()).await;
    store.close().await;
    match revoked {
        Ok(()) => say(&format!("revoked {id}")),
        Err(AppError::NotFound { .. }) => Err(CliError::Usage(format!(
            "tenant `{tenant}` has no key `{id}`\nhint: `cardmux keys list` shows them"
        ))),
        Err(error) => Err(error.into()),
    }
}

async fn rotate_data(args: ConfigArgs) -> Result<(), CliError> {
    let settings = args.load(serde_json::Value::Null)?;
    let vault = vault(&settings)?;
    let store = open_store(&settings).await?;
    let done = customers::rotate(&store, &vault).await;
    store.close().await;
    say(&format!("{} customers encrypted anew", done?))
}
