use cardmux_domain::id::{ApiKeyId, TenantId};
use cardmux_domain::secret::ExposeSecret as _;
use clap::{Args, Subcommand};

use super::{CliError, ConfigArgs, say};
use crate::app::api_keys::{self, OPERATOR, Scope, TENANT_SCOPES};
use crate::app::customers;
use crate::config::Settings;
use crate::server::{hasher, open_store, vault};
use crate::store;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Make a key; its text is printed once
    Create(Create),
    /// List a tenant's keys, without their texts
    List(Of),
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
}

#[derive(Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    of: Of,
    /// `key_…`, from `keys list`
    id: String,
}

pub(super) async fn run(command: Keys) -> Result<(), CliError> {
    match command {
        Keys::Create(args) => create(args).await,
        Keys::List(args) => list(args).await,
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
    let key = api_keys::create(&store, &hasher, tenant, &args.name, &scopes).await?;
    say(key.text.expose_secret())?;
    store.close().await;
    Ok(())
}

async fn list(args: Of) -> Result<(), CliError> {
    let (settings, tenant) = args.open()?;
    let store = open_store(&settings).await?;
    for key in store::api_keys::list(&store, &tenant).await? {
        let state = key
            .revoked_at
            .map_or("active".to_owned(), |at| format!("revoked {at}"));
        say(&format!(
            "{}  {}  {}  {}  {}",
            key.id,
            key.created_at,
            state,
            key.scopes.join(","),
            key.name
        ))?;
    }
    store.close().await;
    Ok(())
}

async fn revoke(args: Revoke) -> Result<(), CliError> {
    let (settings, tenant) = args.of.open()?;
    let id: ApiKeyId = args.id.parse().map_err(|_| {
        CliError::Usage(format!(
            "`{}` is no key id\nhint: `cardmux keys list` shows them",
            args.id
        ))
    })?;
    let store = open_store(&settings).await?;
    let known = api_keys::revoke(&store, &tenant, id).await?;
    store.close().await;
    if known {
        say(&format!("revoked {id}"))
    } else {
        Err(CliError::Usage(format!(
            "tenant `{tenant}` has no key `{id}`\nhint: `cardmux keys list` shows them"
        )))
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
