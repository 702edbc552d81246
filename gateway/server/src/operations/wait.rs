//! Waiting for an operation to end (`Prefer: wait`).

use std::time::{Duration, Instant};

use cardmux_domain::id::OperationId;
use tokio::sync::broadcast;

use super::settle::Held;
use super::{Engine, Subject};
use crate::store::operations;

/// Tells waiting requests of this node that an operation has changed.
#[derive(Clone)]
pub struct Waiters(broadcast::Sender<OperationId>);

/// Another node may settle the operation, and a slow waiter may miss a message: look again anyway.
const RECHECK: Duration = Duration::from_millis(500);

impl Default for Waiters {
    fn default() -> Self {
        // A lagging waiter falls back on `RECHECK`, so the size only decides how often.
        Self(broadcast::channel(1024).0)
    }
}

impl Waiters {
    pub(super) fn announce(&self, id: OperationId) {
        // Nobody waiting is not an error.
        let _ = self.0.send(id);
    }
}

impl Engine {
    /// The operation and its subject, when final or when the time is up.
    pub(super) async fn wait_until_final(&self, mut held: Held, wait: Duration) -> Held {
        let deadline = Instant::now() + wait;
        let mut changes = self.waiters.0.subscribe();
        loop {
            if held.operation.status.is_final() {
                return held;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return held;
            }
            let id = held.operation.id;
            let changed =
                async { while changes.recv().await.is_ok_and(|changed| changed != id) {} };
            // Either way the database is asked again.
            let _ = tokio::time::timeout(left.min(RECHECK), changed).await;
            if let Some(newer) = self.reload(&held).await {
                held = newer;
            }
        }
    }

    async fn reload(&self, held: &Held) -> Option<Held> {
        let tenant = &held.operation.tenant;
        let operation = operations::get(&self.store, tenant, held.operation.id)
            .await
            .ok()??;
        if operation.version == held.operation.version {
            return None;
        }
        let subject = Subject::load(&self.store, tenant, held.subject.id())
            .await
            .ok()??;
        Some(Held { subject, operation })
    }
}
