//! A running gateway, put together from configuration.

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::rand;
use axum::ServiceExt as _;
use cardmux_domain::provider::ProviderError;
use cardmux_domain::secret::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio::signal::unix::Signal;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};
use zeroize::Zeroizing;

use crate::app::cards::reveal_limiter;
use crate::app::reference::ReferenceCache;
use crate::app::reload::{InForce, Reloader};
use crate::app::{App, api_keys, card_types, evidence_cache};
use crate::clock;
use crate::config::Settings;
use crate::decisions::{Desk, Endpoints};
use crate::generation::{Generation, Shared};
use crate::live::Live;
use crate::operations::Waiters;
use crate::providers::{RefusedSettings, Registry};
use crate::reload::{Reloads, Start};
use crate::security::{DataKey, Hasher, Vault, VaultError};
use crate::store::{Store, StoreError, StoreOptions};
use crate::worker;

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
    let findings = refused.iter().flat_map(RefusedSettings::findings);
    let lines = findings.map(|finding| format!("  {}: {}", finding.key, finding.what));
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
    live: Live,
    reloads: Reloads,
    stop: CancellationToken,
}

impl Gateway {
    /// Build everything. The emulators of `start` are running.
    pub async fn build(settings: Settings, start: Start) -> Result<Self, StartError> {
        let (providers, unpointed) = start.emulated.point(&settings);
        debug_assert!(
            unpointed.is_empty(),
            "emulators were started for these settings"
        );
        let registry = Registry::build(&providers).map_err(StartError::Providers)?;
        let hasher = hasher(&settings)?;
        let vault = Arc::new(vault(&settings)?);
        let store = open_store(&settings).await?;
        if settings.database.migrate_on_start {
            store.migrate().await?;
        } else {
            let pending = store.pending_migrations().await?.len();
            if pending > 0 {
                return Err(StartError::SchemaBehind(pending));
            }
        }
        let (reloader, asked) = Reloader::new();
        let shared = Shared {
            store,
            hasher,
            vault,
            waiters: Waiters::default(),
            keys: api_keys::key_cache(settings.api.key_cache),
            card_types: card_types::cache(),
            offers: card_types::offer_cache(),
            evidence: evidence_cache(),
            reference: ReferenceCache::default(),
            reveals: Arc::new(reveal_limiter(settings.api.reveals_per_minute)),
            rate_limiter: Arc::default(),
            batch_wake: Arc::default(),
            webhook_wake: Arc::default(),
            desk: Desk::new(Endpoints::new().map_err(StartError::HttpClient)?),
            reloader,
            tasks: TaskTracker::new(),
        };
        let in_force = InForce {
            generation: 1,
            loaded_at: clock::now(),
            settings: Arc::new(settings),
        };
        let live = Live::new(Generation::new(in_force, Arc::new(registry), &shared));
        let reloads = Reloads {
            live: live.clone(),
            start,
            shared,
            asked,
        };
        Ok(Self {
            live,
            reloads,
            stop: CancellationToken::new(),
        })
    }

    /// What the configuration of the start made.
    pub fn app(&self) -> App {
        self.live.current().app.clone()
    }

    /// Serve until told to stop, then let what is under way finish within the grace. Each of
    /// `hangups` has the configuration read again.
    pub async fn serve(
        self,
        listener: TcpListener,
        hangups: Option<Signal>,
        told_to_stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let Self {
            live,
            reloads,
            stop,
        } = self;
        let app = live.current().app.clone();
        let (tasks, store) = (app.tasks.clone(), app.store.clone());
        let worker = &app.in_force.settings.worker;
        if worker.enabled {
            worker::start(&live, worker.concurrency, &stop);
        }
        tasks.spawn(reloads.run(hangups, stop.clone()));
        let answering = live.clone();
        let service = tower::service_fn(move |request| answering.clone().answer(request));
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        let draining = stop.clone();
        let shutdown = async move {
            told_to_stop.await;
            info!("stopping");
            draining.cancel();
        };
        let server = axum::serve(listener, service)
            .with_graceful_shutdown(shutdown)
            .into_future();
        let grace = || live.current().app.in_force.settings.server.shutdown_grace;
        let after_stop = async {
            stop.cancelled().await;
            #[expect(clippy::disallowed_methods, reason = "the bound of the shutdown")]
            tokio::time::sleep(grace()).await;
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
        if tokio::time::timeout(grace(), tasks.wait()).await.is_err() {
            warn!("work still under way after the grace; it is taken up after its lease");
        }
        store.close().await;
        ended
    }
}
