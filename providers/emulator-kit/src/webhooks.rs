//! Sends what is in the [`Outbox`](crate::Outbox): retries on the emulated clock, and the ways a
//! provider's webhooks go wrong (lost, twice, out of order, before the answer).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::outbox::{Delivery, Plan};
use crate::{Clock, EmulatorError, Kit};

/// An endpoint that takes longer has not acknowledged.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a reordered event waits for a later one when `delayMillis` does not say.
const HOLD: Duration = Duration::from_secs(5);

/// An acknowledgement is a few dozen bytes; more is not read.
const ACK_LIMIT: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookMode {
    #[default]
    Normal,
    /// Recorded, never sent.
    Lost,
    /// Sent once more after it was acknowledged.
    Duplicate,
    /// Every other event waits for the one after it and arrives second.
    Reordered,
    /// Calls finish their work and their webhook is delivered before they are answered.
    BeforeAnswer,
}

#[derive(Debug, Clone, Default)]
struct Settings {
    url: Option<String>,
    mode: WebhookMode,
    delay: Option<Duration>,
}

/// Where and how webhooks go now. Not part of the state: it is given at every start.
pub struct Webhooks {
    settings: Mutex<Settings>,
    client: reqwest::Client,
    wake: Notify,
    attempts: watch::Sender<u64>,
}

impl Webhooks {
    pub(crate) fn new(url: Option<String>) -> Result<Self, EmulatorError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(ATTEMPT_TIMEOUT)
            .build()
            .map_err(EmulatorError::Client)?;
        Ok(Self {
            settings: Mutex::new(Settings {
                url,
                ..Settings::default()
            }),
            client,
            wake: Notify::new(),
            attempts: watch::Sender::new(0),
        })
    }

    pub fn set_url(&self, url: Option<String>) {
        self.settings().url = url;
        self.wake.notify_one();
    }

    pub fn set_mode(&self, mode: WebhookMode, delay: Option<Duration>) {
        let mut settings = self.settings();
        settings.mode = mode;
        settings.delay = delay;
    }

    pub fn mode(&self) -> WebhookMode {
        self.settings().mode
    }

    /// Something was pushed: look again.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// How an event that happens now goes out.
    pub fn plan(&self, clock: &Clock) -> Plan {
        let settings = self.settings();
        // In `reordered` mode the given delay is the longest wait for another event.
        let reordered = settings.mode == WebhookMode::Reordered;
        let delay = settings.delay.filter(|_| !reordered).unwrap_or_default();
        Plan {
            mode: settings.mode,
            now_ms: clock.now_ms(),
            delay_ms: clock.emulated_ms(delay),
            hold_ms: clock.emulated_ms(settings.delay.unwrap_or(HOLD)),
        }
    }

    /// Where webhooks go now, for a provider that also asks there and waits for the answer.
    pub fn url(&self) -> Option<String> {
        self.settings().url.clone()
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Serialize + DeserializeOwned + Send + 'static> Kit<S> {
    /// Waits until these deliveries were tried once, for `before_answer`. Returns at once when
    /// there is nowhere to send them.
    pub async fn webhooks_tried(&self, ids: &[u64]) {
        if self.webhooks.url().is_none() {
            return;
        }
        let mut attempts = self.webhooks.attempts.subscribe();
        let all_tried = async {
            while !self
                .store
                .read(|_, outbox| ids.iter().all(|id| outbox.tried(*id)))
            {
                if attempts.changed().await.is_err() {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(ATTEMPT_TIMEOUT, all_tried).await;
    }

    /// The sender's loop.
    pub(crate) async fn send_webhooks(self: Arc<Self>, stop: CancellationToken) {
        let mut in_flight = HashSet::new();
        let mut sending: JoinSet<Vec<u64>> = JoinSet::new();
        loop {
            let url = self.webhooks.url();
            if let Some(url) = &url {
                for batch in self.due_batches(&in_flight) {
                    in_flight.extend(batch.iter().map(|delivery| delivery.id));
                    sending.spawn(Arc::clone(&self).send_all(url.clone(), batch));
                }
            }
            let next = url.and_then(|_| self.next_due(&in_flight));
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.webhooks.wake.notified() => {}
                Some(done) = sending.join_next() => {
                    for id in done.unwrap_or_default() {
                        in_flight.remove(&id);
                    }
                }
                () = self.clock.until(next.unwrap_or(i64::MAX)), if next.is_some() => {}
            }
        }
    }

    /// Deliveries to send now: each on its own, or newest first in one row when reordering.
    fn due_batches(&self, in_flight: &HashSet<u64>) -> Vec<Vec<Delivery>> {
        let now = self.clock.now_ms();
        let due: Vec<Delivery> = self.store.read(|_, outbox| {
            let waiting = outbox
                .pending()
                .filter(|(at, delivery)| *at <= now && !in_flight.contains(&delivery.id));
            waiting.map(|(_, delivery)| delivery.clone()).collect()
        });
        if self.webhooks.mode() == WebhookMode::Reordered && !due.is_empty() {
            return vec![due.into_iter().rev().collect()];
        }
        due.into_iter().map(|delivery| vec![delivery]).collect()
    }

    fn next_due(&self, in_flight: &HashSet<u64>) -> Option<i64> {
        self.store.read(|_, outbox| {
            let waiting = outbox
                .pending()
                .filter(|(_, delivery)| !in_flight.contains(&delivery.id));
            waiting.map(|(at, _)| at).min()
        })
    }

    async fn send_all(self: Arc<Self>, url: String, batch: Vec<Delivery>) -> Vec<u64> {
        let mut done = Vec::new();
        for delivery in batch {
            let acked = self.send(&url, &delivery).await;
            let now = self.clock.now_ms();
            // A state file that cannot be written leaves the delivery due: it is sent again.
            let _ = self.store.write(|_, outbox| {
                outbox.attempted(delivery.id, acked, now, self.wire.retry_gaps);
            });
            self.webhooks.attempts.send_modify(|count| *count += 1);
            done.push(delivery.id);
        }
        done
    }

    /// One attempt; whether the endpoint acknowledged it as the provider wants.
    async fn send(&self, url: &str, delivery: &Delivery) -> bool {
        let mut request = self
            .webhooks
            .client
            .post(format!("{url}{}", delivery.path))
            .body(delivery.event.body.clone());
        for (name, value) in &delivery.event.headers {
            request = request.header(name, value);
        }
        let Ok(mut response) = request.send().await else {
            return false;
        };
        let status = response.status();
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > ACK_LIMIT {
                return false;
            }
        }
        status.is_success() && (self.wire.acknowledged)(&body)
    }
}
