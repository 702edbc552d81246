//! A running gateway, put together from configuration.

use std::collections::BTreeMap;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand;
use cardmux_domain::id::TenantId;
use cardmux_domain::provider::ProviderError;
use cardmux_domain::secret::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};
use zeroize::Zeroizing;

use crate::app::cards::reveal_limiter;
use crate::app::reference::ReferenceCache;
use crate::app::{App, AppParts, Tenant, api_keys, card_types};
use crate::config::{ProviderSettings, Settings};
use crate::decisions::{Decisions, Endpoints};
use crate::http::{self, HttpLimits};
use crate::operations::{Engine, Policy};
use crate::providers::{RefusedSettings, Registry};
use crate::security::{DataKey, Hasher, Vault, VaultError};
use crate::store::{Store, StoreError, StoreOptions};
use crate::worker::{self, WorkerLimits};

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("provider settings are refused:\n{}", list(.0))]
    Providers(Vec<RefusedSettings>),
    #[error("the database cannot be used")]
    Store(#[from] StoreError),
    #[error(
        "the schema is behind by {0} migrations\nhint: run `cardmux migrate`, or set database.migrate_on_start"
    )]
    SchemaBehind(usize),
    #[error("{what}")]
    Io {
        what: String,
        source: std::io::Error,
    },
    #[error("calls to decision endpoints cannot be made")]
    HttpClient(#[source] ProviderError),
    #[error("no randomness to make a secret from")]
    NoRandomness,
    #[error(
        "`{}` does not hold the key of the personal data\nhint: bring the file back; remove it only \
         when there is no customer yet", .0.display()
    )]
    DataKey(PathBuf),
    #[error("the data keys cannot be used")]
    Vault(#[from] VaultError),
}

fn list(refused: &[RefusedSettings]) -> String {
    let lines = refused
        .iter()
        .flat_map(|RefusedSettings { instance, problems }| {
            problems
                .iter()
                .map(move |p| format!("  providers.{instance}.settings.{}: {}", p.path, p.problem))
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> StartError {
    let what = what.into();
    |source| StartError::Io { what, source }
}

/// Open the database as configuration says; the directory of a SQLite file is made.
pub async fn open_store(settings: &Settings) -> Result<Store, StartError> {
    let url = settings.database.url.expose_secret();
    let file = url
        .strip_prefix("sqlite://")
        .map(|rest| rest.split('?').next().unwrap_or(rest));
    if let Some(dir) = file
        .and_then(|file| Path::new(file).parent())
        .filter(|d| !d.as_os_str().is_empty())
    {
        std::fs::create_dir_all(dir).map_err(io(format!("cannot make `{}`", dir.display())))?;
    }
    let options = StoreOptions {
        url: settings.database.url.clone(),
        read_connections: settings.database.read_connections,
        postgres_connections: settings.database.postgres_connections,
        acquire_timeout: settings.database.acquire_timeout,
        writers: settings.database.writers,
        batch_max: settings.database.write_batch_max,
        queue_capacity: settings.database.write_queue,
    };
    Ok(Store::connect(&options).await?)
}

/// The installation's secret: configured, or made once and kept in the data directory.
pub fn hasher(settings: &Settings) -> Result<Hasher, StartError> {
    if let Some(secret) = &settings.security.secret {
        return Ok(Hasher::new(secret.expose_secret().as_bytes()));
    }
    let secret = kept_secret(&settings.data.dir.join("secret"), 48)?;
    Ok(Hasher::new(secret.expose_secret().trim().as_bytes()))
}

/// The keys of personal data: configured, or one made once and kept in the data directory.
pub fn vault(settings: &Settings) -> Result<Vault, StartError> {
    let configured = settings.security.data_keys();
    if !configured.is_empty() {
        return Ok(Vault::new(configured.to_vec())?);
    }
    let file = settings.data.dir.join("data-key");
    let text = kept_secret(&file, 32)?;
    let key = DataKey::parse(LOCAL_DATA_KEY, text.expose_secret().trim());
    Ok(Vault::new(vec![
        key.map_err(|_| StartError::DataKey(file))?,
    ])?)
}

/// The id of the data key that was made here and not configured.
const LOCAL_DATA_KEY: &str = "local";

/// The base64 of `bytes` random bytes in a file, made when it is not there.
fn kept_secret(file: &Path, bytes: usize) -> Result<SecretString, StartError> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(SecretString::from(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make_secret(file, bytes),
        Err(error) => Err(io(format!("cannot read `{}`", file.display()))(error)),
    }
}

fn make_secret(file: &Path, bytes: usize) -> Result<SecretString, StartError> {
    use base64::Engine as _;
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut random = Zeroizing::new(vec![0; bytes]);
    rand::fill(&mut random).map_err(|_| StartError::NoRandomness)?;
    let text = base64::engine::general_purpose::STANDARD.encode(&*random);
    let what = || format!("cannot write `{}`", file.display());
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir).map_err(io(what()))?;
    }
    // Only this user may read it, and an existing one is never overwritten.
    let mut open = std::fs::OpenOptions::new();
    let mut handle = open
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(io(what()))?;
    handle
        .write_all(text.as_bytes())
        .and_then(|()| handle.sync_all())
        .map_err(io(what()))?;
    Ok(SecretString::from(text))
}

/// A gateway that can serve.
pub struct Gateway {
    pub app: App,
    limits: HttpLimits,
    worker: Option<WorkerLimits>,
    grace: Duration,
    stop: CancellationToken,
}

impl Gateway {
    /// Build everything. `providers` replaces the configured instances where the playground has
    /// pointed them at its emulators.
    pub async fn build(
        settings: &Settings,
        providers: &BTreeMap<cardmux_domain::id::InstanceId, ProviderSettings>,
    ) -> Result<Self, StartError> {
        let registry = Arc::new(Registry::build(providers).map_err(StartError::Providers)?);
        let hasher = hasher(settings)?;
        let vault = Arc::new(vault(settings)?);
        let store = open_store(settings).await?;
        if settings.database.migrate_on_start {
            store.migrate().await?;
        } else {
            let pending = store.pending_migrations().await?.len();
            if pending > 0 {
                return Err(StartError::SchemaBehind(pending));
            }
        }
        let tasks = TaskTracker::new();
        let engine = Engine::new(
            store.clone(),
            Arc::clone(&registry),
            Arc::clone(&vault),
            policy(settings),
            tasks.clone(),
            http::render_answer,
            settings.api.error_base_url.clone(),
        );
        let app = App::new(AppParts {
            store,
            registry,
            engine: Arc::new(engine),
            hasher,
            vault,
            keys: api_keys::key_cache(settings.api.key_cache),
            card_types: card_types::cache(),
            reference: ReferenceCache::default(),
            reveals: reveal_limiter(settings.api.reveals_per_minute),
            tenants: tenants(settings),
            idempotency_keep: Duration::from_secs(
                u64::from(settings.idempotency.keep_hours) * 3600,
            ),
            body_limit: settings.server.body_limit_bytes,
            batch_body_limit: settings.api.batch_body_bytes,
            batch_items_max: settings.api.batch_items_max,
            batch_wake: Arc::default(),
            describe: http::describe,
            default_page_size: usize::try_from(settings.api.default_page_size)
                .unwrap_or(usize::MAX),
            max_page_size: usize::try_from(settings.api.max_page_size).unwrap_or(usize::MAX),
            error_base_url: settings.api.error_base_url.clone(),
            webhook_attempts: i64::from(settings.worker.webhook_attempts),
            webhook_wake: Arc::default(),
            decisions: decisions(settings)?,
            tasks,
        });
        Ok(Self {
            app,
            limits: HttpLimits {
                body_bytes: settings.server.body_limit_bytes,
                request_timeout: settings.server.request_timeout,
            },
            worker: settings.worker.enabled.then(|| worker_limits(settings)),
            grace: settings.server.shutdown_grace,
            stop: CancellationToken::new(),
        })
    }

    /// Serve until told to stop, then let what is under way finish within the grace.
    pub async fn serve(
        self,
        listener: TcpListener,
        told_to_stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let Self {
            app,
            limits,
            worker,
            grace,
            stop,
        } = self;
        let tasks = app.tasks.clone();
        if let Some(limits) = &worker {
            worker::start(&app, limits, &stop);
        }
        let store = app.store.clone();
        let service = http::router(app, limits).into_make_service_with_connect_info::<SocketAddr>();
        let draining = stop.clone();
        let shutdown = async move {
            told_to_stop.await;
            info!("stopping");
            draining.cancel();
        };
        let server = axum::serve(listener, service)
            .with_graceful_shutdown(shutdown)
            .into_future();
        let after_stop = async {
            stop.cancelled().await;
            #[expect(clippy::disallowed_methods, reason = "the bound of the shutdown")]
            tokio::time::sleep(grace).await;
        };
        let ended = tokio::select! {
            ended = server => ended.map_err(io("the listener failed")),
            () = after_stop => {
                warn!("requests still open after the grace are cut off");
                Ok(())
            }
        };
        stop.cancel();
        tasks.close();
        if tokio::time::timeout(grace, tasks.wait()).await.is_err() {
            warn!("work still under way after the grace; it is taken up after its lease");
        }
        store.close().await;
        ended
    }
}

fn decisions(settings: &Settings) -> Result<Arc<Decisions>, StartError> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let endpoints = Endpoints::new().map_err(StartError::HttpClient)?;
    let settings = &settings.decisions;
    Ok(Decisions::new(
        settings.margin,
        DAY * settings.hold_days,
        settings.backtest_max,
        endpoints,
    ))
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
        concurrency: settings.worker.concurrency,
        lease: settings.operations.lease(),
        catalogue_interval: settings.worker.catalogue_interval,
        transactions_interval: settings.worker.transactions_interval,
    }
}

fn tenants(settings: &Settings) -> BTreeMap<TenantId, Arc<Tenant>> {
    let tenants = settings.tenants.iter().map(|(id, tenant)| {
        (
            id.clone(),
            Arc::new(Tenant {
                id: id.clone(),
                instances: tenant.instances.clone(),
                clear_reveal: tenant.clear_reveal,
                decisions: tenant.decisions.clone(),
            }),
        )
    });
    tenants.collect()
}
