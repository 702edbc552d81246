//! The configuration in force, replaced whole: who began under one keeps it to the end.

use std::convert::Infallible;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::extract::Request;
use axum::response::Response;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tower::ServiceExt as _;

use crate::generation::Generation;

/// The generation in force. Clones share it.
#[derive(Clone)]
pub struct Live(Arc<State>);

struct State {
    current: ArcSwap<Generation>,
    replaced: Notify,
}

impl Live {
    pub fn new(first: Generation) -> Self {
        Self(Arc::new(State {
            current: ArcSwap::from_pointee(first),
            replaced: Notify::new(),
        }))
    }

    /// The generation of what begins now: to be taken once, and kept.
    pub fn current(&self) -> Arc<Generation> {
        self.0.current.load_full()
    }

    pub fn replace(&self, next: Generation) {
        self.0.current.store(Arc::new(next));
        self.0.replaced.notify_waiters();
    }

    /// Ends when the generation is replaced, counted from this call.
    pub fn replaced(&self) -> Notified<'_> {
        self.0.replaced.notified()
    }

    /// Answer a request by the generation in force when it came.
    pub async fn answer(self, request: Request) -> Result<Response, Infallible> {
        let router = self.0.current.load().router.clone();
        router.oneshot(request).await
    }
}
