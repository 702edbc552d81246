//! A started emulator: its address, its settings, its end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::gate::Gate;
use crate::webhooks::Webhooks;
use crate::{EmulatorError, Kit, control, server};

/// Longest wait for connections and tasks to end.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// A running emulator. Dropping it stops it too, without waiting.
pub struct Running {
    url: String,
    client_settings: Value,
    webhooks: Arc<Webhooks>,
    tracker: TaskTracker,
    stop: CancellationToken,
}

/// What a provider's emulator adds to the kit.
pub struct Parts<B> {
    /// The provider's own calls; they pass the gate.
    pub provider: Router,
    /// Further `/_emulator/*` routes.
    pub control: Router,
    /// Moves the provider's state on; it runs until the emulator stops.
    pub background: B,
}

impl Running {
    /// Binds, then serves. `settings` is given the root URL.
    pub async fn start<S, B>(
        kit: Arc<Kit<S>>,
        listen: SocketAddr,
        parts: Parts<B>,
        settings: impl FnOnce(&str) -> Value,
    ) -> Result<Self, EmulatorError>
    where
        S: Serialize + DeserializeOwned + Send + 'static,
        B: Future<Output = ()> + Send + 'static,
    {
        let refused = |source| EmulatorError::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let url = format!("http://{}", listener.local_addr().map_err(refused)?);
        let gated = parts
            .provider
            .layer(from_fn_with_state(Arc::clone(&kit.gate), Gate::pass));
        let control = control::router(Arc::clone(&kit)).merge(parts.control);
        let router = gated.merge(control::guarded(control));

        let stop = CancellationToken::new();
        let tracker = TaskTracker::new();
        tracker.spawn(server::serve(
            listener,
            router,
            tracker.clone(),
            stop.clone(),
        ));
        let webhooks = Arc::clone(&kit.webhooks);
        tracker.spawn(kit.send_webhooks(stop.clone()));
        let background = stop.clone().run_until_cancelled_owned(parts.background);
        tracker.spawn(async move {
            let _ = background.await;
        });
        Ok(Self {
            client_settings: settings(&url),
            url,
            webhooks,
            tracker,
            stop,
        })
    }

    /// The root URL, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The settings a client of this emulator needs, secrets included.
    pub fn client_settings(&self) -> &Value {
        &self.client_settings
    }

    /// Where webhooks go from now on; what is pending goes there too.
    pub fn set_webhook_url(&self, url: Option<String>) {
        self.webhooks.set_url(url);
    }

    /// Stops accepting, lets answers under way leave, and waits for everything to end.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tracker.close();
        let _ = tokio::time::timeout(SHUTDOWN, self.tracker.wait()).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
